package dev.nightjar.store;

import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureStoreException.Kind;
import dev.nightjar.store.KnownViews.Known;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The side of a {@link RedisStore} that writes. Thread-safe. */
final class RedisWriter {
  /** Few enough that no look-up waits long for them. */
  private static final int SETTLED_AT_ONCE = 128;

  private final RedisClient client;
  private final String place;
  private final RedisRows rows;
  private final Duration lease;
  private final Supplier<RedisCatalogue> catalogue;
  private final Gate gate;
  private final AtomicReference<@Nullable RedisLease> held = new AtomicReference<>();

  RedisWriter(
      RedisClient client,
      RedisPlace place,
      Duration lease,
      Supplier<RedisCatalogue> catalogue,
      Gate gate) {
    this.client = client;
    this.place = place.toString();
    this.rows = new RedisRows(client, place.prefix());
    this.lease = lease;
    this.catalogue = catalogue;
    this.gate = gate;
  }

  /**
   * A batch that is being written.
   *
   * @param isOwn whether the lease was taken for it alone
   * @param before how the store has the view by this rule
   * @param newId 0 when it goes on with the id that the view has
   */
  record Begun(
      RedisLease lease,
      boolean isOwn,
      long number,
      String field,
      Optional<RedisCatalogue.Entry> before,
      long newId) {

    long visible() {
      return newId == 0 ? before.map(RedisCatalogue.Entry::batch).orElse(0L) : 0;
    }
  }

  RedisLease lock() {
    RedisLease taken = RedisLease.take(client, place, lease, () -> held.set(null));
    held.set(taken);
    return taken;
  }

  /** The lease that somebody holds by this store, or one for this alone. */
  private RedisLease lease() {
    RedisLease of = held.get();
    return of == null ? RedisLease.take(client, place, lease, () -> {}) : of;
  }

  StoreBatch begin(Known view, Window window, Keeping keeping, boolean anew) {
    RedisLease own = lease();
    boolean hasBegun = false;
    try {
      tidy(own);
      String field = RedisCatalogue.field(view.name(), view.rule());
      Optional<RedisCatalogue.Entry> before = catalogue.get().find(view.name(), view.rule());
      List<Long> numbers = new ArrayList<>();
      BatchRule rule =
          view.batch(
              before.map(RedisCatalogue.Entry::view),
              window,
              keeping,
              anew,
              () -> {
                numbers.addAll(numbers(own, field, true));
                return Math.toIntExact(numbers.get(1));
              });
      if (numbers.isEmpty()) {
        numbers.addAll(numbers(own, field, false));
      }
      StoreBatch batch =
          new RedisBatch(
              this,
              rule,
              new Begun(own, own != held.get(), numbers.get(0), field, before, numbers.get(1)));
      hasBegun = true;
      return batch;
    } finally {
      if (!hasBegun && own != held.get()) {
        own.close();
      }
    }
  }

  /** The number of a batch, and the id of a view that is begun, or 0. */
  private List<Long> numbers(RedisLease own, String field, boolean isNew) {
    List<?> numbers =
        RedisBytes.list(
            client.run(
                Script.BEGIN,
                List.of(
                    own.writer(), RedisCatalogue.bytes(field), RedisBytes.text(isNew ? 1 : 0))));
    return numbers.stream().map(RedisBytes::whole).toList();
  }

  /** Of each key the members from the last one at or before a time on. */
  List<?> read(Begun begun, int id, List<byte[]> keysAndTimes) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(RedisBytes.text(begun.visible()));
    arguments.add(RedisBytes.text(begun.number()));
    arguments.add(RedisBytes.text(id));
    arguments.addAll(keysAndTimes);
    return RedisBytes.list(client.run(Script.READ, arguments));
  }

  /**
   * Writes members, as the script takes them.
   *
   * @param written how often this was done for the batch
   */
  void write(Begun begun, long written, int id, List<byte[]> members) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(begun.lease().writer());
    arguments.add(RedisBytes.text(begun.number()));
    arguments.add(RedisBytes.text(written));
    arguments.add(RedisBytes.text(id));
    arguments.add(RedisBytes.text(begun.newId() == 0 ? 0 : 1));
    arguments.addAll(members);
    client.run(Script.WRITE, arguments);
  }

  /**
   * Makes a batch visible; what is unknown of that is found out where the store answers.
   *
   * @param written how often was written to it: all of that must still be there
   */
  void commit(Begun begun, long written, StoredView view) {
    byte[] entry = RedisCatalogue.Entry.bytes(begun.number(), view);
    long gone =
        begun.newId() == 0 ? 0 : begun.before().map(old -> (long) old.view().id()).orElse(0L);
    try {
      client.run(
          Script.COMMIT,
          List.of(
              begun.lease().writer(),
              RedisBytes.text(begun.number()),
              RedisBytes.text(written),
              RedisCatalogue.bytes(begun.field()),
              entry,
              RedisBytes.text(begun.newId()),
              RedisBytes.text(gone)));
    } catch (FeatureStoreException e) {
      if (e.kind() != Kind.DOWN || !isVisible(begun, view, e)) {
        throw e;
      }
    }
  }

  private boolean isVisible(Begun begun, StoredView view, FeatureStoreException cause) {
    try {
      tidy(begun.lease()); // from here on it cannot become visible if it is not
      String name = begun.field().substring(0, begun.field().indexOf('\0'));
      return catalogue.get().find(name, view.rule()).stream()
          .anyMatch(entry -> entry.batch() == begun.number());
    } catch (FeatureStoreException e) {
      e.addSuppressed(cause);
      throw RedisBatch.unknown(place, e);
    }
  }

  /** A batch was committed or given up. */
  void end(Begun begun) {
    try {
      tidy(begun.lease());
    } catch (FeatureStoreException e) {
      // The next writer begins with it; whether the batch is visible does not hang on it.
      return;
    } finally {
      if (begun.isOwn()) {
        begun.lease().close();
      }
      gate.endBatch();
    }
  }

  /** Drops what is stored of a view by other rules; gives how many. */
  int dropOthers(Known view) {
    RedisLease own = lease();
    try {
      tidy(own);
      RedisCatalogue all = catalogue.get();
      if (all.find(view.name(), view.rule()).isEmpty()) {
        return 0;
      }
      List<byte[]> arguments = new ArrayList<>();
      arguments.add(own.writer());
      all.others(view.name(), view.rule())
          .forEach(other -> arguments.add(RedisCatalogue.bytes(other.field())));
      client.run(Script.FORGET, arguments);
      tidy(own);
      return arguments.size() - 1;
    } finally {
      if (own != held.get()) {
        own.close();
      }
    }
  }

  /**
   * Takes away what earlier batches left: what they have replaced, or what never became visible.
   */
  private void tidy(RedisLease own) {
    List<byte[]> some = List.of(own.writer(), RedisBytes.text(SETTLED_AT_ONCE));
    while (RedisBytes.whole(client.run(Script.SETTLE, some)) > 0) {
      // More are left.
    }
    for (Object gone : rows.gone()) {
      byte[] id = RedisBytes.bytes(gone);
      rows.pages(
          RedisBytes.string(id),
          keys -> {
            List<byte[]> arguments = new ArrayList<>();
            arguments.add(own.writer());
            arguments.addAll(keys);
            client.run(Script.DROP, arguments);
          });
      client.run(Script.DROPPED, List.of(own.writer(), id));
    }
  }

  FeatureStoreException damaged(DamagedRecordException cause) {
    return damaged(place, cause);
  }

  static FeatureStoreException damaged(String place, DamagedRecordException cause) {
    return new FeatureStoreException(
        "the feature store in "
            + place
            + " cannot be read: "
            + cause.getMessage()
            + "; where it is damaged, materialize the view anew (--anew)",
        cause);
  }
}
