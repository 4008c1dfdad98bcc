package dev.nightjar.store;

import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureStoreException.Kind;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.store.KnownViews.Known;
import dev.nightjar.store.RedisPlace.WhenDown;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/**
 * A feature store in a Redis, for endpoints on several machines. A look-up of any number of views
 * and keys is one round trip, and sees all of a batch or nothing of it. What lies where is said in
 * {@code redis/prelude.lua}.
 *
 * <p>One process writes at a time, and is heard of while it does; one that slept through its lease
 * cannot write any more when another one has come. A batch that was not finished is never seen, and
 * the next writer takes it away.
 *
 * <p>Thread-safe; {@link #close} waits for look-ups that are under way.
 */
public final class RedisStore implements OnlineStore {
  /** The layout of what lies in Redis. */
  static final int FORMAT = 1;

  /** So that a script does not keep others waiting; of more each so many see one state. */
  private static final int MOST_QUERIES = 10_000;

  /** A batch may wait longer than a look-up. */
  private static final Duration WRITING = Duration.ofSeconds(10);

  private static final Duration LEASE = Duration.ofSeconds(30);

  private final RedisPlace place;
  private final RedisClient client;
  private final KnownViews known;
  private final Gate gate;
  private final RedisRows rows;
  private final RedisWriter writer;
  private final boolean writes;
  private volatile boolean isSound;

  private RedisStore(RedisPlace place, boolean writes, Duration lease, List<FeatureView> known) {
    this.place = place;
    this.writes = writes;
    boolean waits = writes && place.deadline().compareTo(WRITING) < 0;
    this.client = new RedisClient(place, waits ? WRITING : place.deadline());
    this.known = new KnownViews(place.toString(), known);
    this.gate = new Gate(place.toString());
    this.rows = new RedisRows(client, place.prefix());
    this.writer = new RedisWriter(client, place, lease, this::catalogue, gate);
  }

  /**
   * Opens a store to look up. Where the place says that unknown is answered while it is down, it
   * can be opened then too.
   *
   * @param views that will be asked for
   * @throws FeatureStoreException when there is none, or it cannot be read
   */
  public static RedisStore read(RedisPlace place, List<FeatureView> views) {
    RedisStore store = new RedisStore(place, false, LEASE, views);
    return store.opened(
        () -> {
          try {
            store.catalogue();
          } catch (FeatureStoreException e) {
            if (!store.answersUnknown(e)) {
              throw e;
            }
          }
        });
  }

  /**
   * Opens a store to write, and to look up; makes it where there is none.
   *
   * @param views that will be written or asked for
   * @throws FeatureStoreException when it cannot be written
   */
  public static RedisStore write(RedisPlace place, List<FeatureView> views) {
    return write(place, LEASE, views);
  }

  /** The same, with another time after which a writer that is not heard of is taken for dead. */
  static RedisStore write(RedisPlace place, Duration lease, List<FeatureView> views) {
    RedisStore store = new RedisStore(place, true, lease, views);
    return store.opened(store::catalogue);
  }

  private RedisStore opened(Runnable look) {
    boolean isOpened = false;
    try {
      look.run();
      isOpened = true;
      return this;
    } finally {
      if (!isOpened) {
        client.close();
      }
    }
  }

  private boolean answersUnknown(FeatureStoreException e) {
    return e.kind() == Kind.DOWN && place.whenDown() == WhenDown.UNKNOWN;
  }

  @Override
  public List<Answer> lookUp(List<Query> queries) {
    return lookUp(queries, known);
  }

  @Override
  public FeatureStore reading(List<FeatureView> views) {
    KnownViews asked = new KnownViews(place.toString(), views);
    return new SharedLookUp(queries -> lookUp(queries, asked));
  }

  @Override
  public Optional<String> missing(List<FeatureView> views) {
    KnownViews asked = new KnownViews(place.toString(), views);
    return gate.whileOpen(
        () -> {
          RedisCatalogue catalogue = catalogue();
          return asked.missing(
              view -> catalogue.find(view.name(), view.rule()).isPresent(),
              view -> !catalogue.others(view.name(), view.rule()).isEmpty());
        });
  }

  private List<Answer> lookUp(List<Query> queries, KnownViews asked) {
    return gate.whileOpen(
        () -> {
          List<Answer> answers = new ArrayList<>(queries.size());
          for (int from = 0; from < queries.size(); from += MOST_QUERIES) {
            answers.addAll(
                answered(
                    queries.subList(from, Math.min(queries.size(), from + MOST_QUERIES)), asked));
          }
          return answers;
        });
  }

  private List<Answer> answered(List<Query> queries, KnownViews asked) {
    try {
      requireSound();
      return answers(queries, asked);
    } catch (FeatureStoreException e) {
      if (!answersUnknown(e)) {
        throw e;
      }
      Answer unknown = new Answer.Unknown(String.valueOf(e.getMessage()));
      return queries.stream().map(query -> unknown).toList();
    } catch (DamagedRecordException e) {
      throw RedisWriter.damaged(place.toString(), e);
    }
  }

  private List<Answer> answers(List<Query> queries, KnownViews asked) {
    List<String> names = queries.stream().map(Query::view).distinct().toList();
    List<Known> views = names.stream().map(asked::of).toList();
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(RedisBytes.text(views.size()));
    views.forEach(view -> arguments.add(field(view)));
    int[] places = new int[queries.size()];
    for (int i = 0; i < places.length; i++) {
      Query query = queries.get(i);
      places[i] = names.indexOf(query.view());
      arguments.add(RedisBytes.text(places[i] + 1));
      arguments.add(KeyBytes.of(query.key()));
      arguments.add(RedisBytes.time(views.get(places[i]).sought(query.asOf())));
    }
    List<?> found = RedisBytes.list(client.run(Script.LOOK_UP, arguments));
    if (!isThere(found.get(0))) {
      throw writes ? views.get(0).notHeld(false) : none();
    }
    List<StoredView> stored = new ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      stored.add(stored(views.get(i), RedisBytes.list(found.get(1)).get(i)));
    }
    List<?> records = RedisBytes.list(found.get(2));
    List<?> later = RedisBytes.list(found.get(3));
    List<Answer> answers = new ArrayList<>(places.length);
    for (int i = 0; i < places.length; i++) {
      Query query = queries.get(i);
      Known view = views.get(places[i]);
      StoredView of = stored.get(places[i]);
      of.requireTypes(place.toString(), query.view(), query.key());
      answers.add(
          view.answer(
              of,
              view.sought(query.asOf()),
              records.get(i) == null ? null : ByteBuffer.wrap(RedisBytes.bytes(records.get(i))),
              RedisBytes.whole(later.get(i)) != 0));
    }
    return answers;
  }

  private static byte[] field(Known view) {
    return RedisCatalogue.bytes(RedisCatalogue.field(view.name(), view.rule()));
  }

  private StoredView stored(Known view, @Nullable Object entry) {
    if (entry == null) {
      throw view.notHeld(!catalogue().others(view.name(), view.rule()).isEmpty());
    }
    return RedisCatalogue.Entry.read(place.toString(), view.name(), RedisBytes.bytes(entry)).view();
  }

  /** Whether there is a store, by its format; one of another format is refused. */
  private boolean isThere(@Nullable Object format) {
    if (format != null && !RedisBytes.string(format).equals(Integer.toString(FORMAT))) {
      throw StoredView.ofAnotherFormat(place.toString(), RedisBytes.string(format), FORMAT);
    }
    return format != null;
  }

  private FeatureStoreException none() {
    return new FeatureStoreException(
        "there is no feature store in "
            + place
            + "; make one with 'nightjar features materialize'");
  }

  private RedisCatalogue catalogue() {
    requireSound();
    List<?> found = RedisBytes.list(client.run(Script.CATALOGUE, List.of()));
    if (isThere(found.get(0))) {
      return new RedisCatalogue(place.toString(), RedisBytes.list(found.get(1)));
    }
    if (writes) {
      return new RedisCatalogue(place.toString(), List.of());
    }
    throw none();
  }

  /** Looks once whether the server keeps what it is given. */
  private void requireSound() {
    if (isSound) {
      return;
    }
    String info = RedisBytes.string(client.command(Command.INFO));
    if (info(info, "cluster_enabled").equals("1")) {
      throw new FeatureStoreException("the feature store in " + place + " " + RedisWords.CLUSTER);
    }
    String policy = info(info, "maxmemory_policy");
    if (!policy.isEmpty() && !policy.equals("noeviction")) {
      throw new FeatureStoreException(
          "the feature store in "
              + place
              + " throws keys away when its memory is full (maxmemory-policy "
              + policy
              + "), and a row that is gone would look like one that never was; set maxmemory-policy"
              + " noeviction");
    }
    isSound = true;
  }

  private static String info(String info, String name) {
    return Arrays.stream(info.split("\r?\n", -1))
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  @Override
  public String place() {
    return place.toString();
  }

  @Override
  public Optional<Held> held(String view) {
    Known of = known.of(view);
    return gate.whileOpen(
        () -> catalogue().find(view, of.rule()).map(entry -> Held.of(entry.view())));
  }

  @Override
  public List<Held> heldByOtherRules(String view) {
    Known of = known.of(view);
    return gate.whileOpen(
        () ->
            catalogue().others(view, of.rule()).stream()
                .map(entry -> Held.of(entry.view()))
                .toList());
  }

  @Override
  public List<List<Object>> someKeys(String view, int most, long seed) {
    Known of = known.of(view);
    return gate.whileOpen(
        () -> {
          KeySample sample = new KeySample(most, seed);
          catalogue()
              .find(view, of.rule())
              .map(entry -> Integer.toString(entry.view().id()))
              .ifPresent(id -> rows.pages(id, keys -> offerVisible(of, id, keys, sample)));
          return sample.keys();
        });
  }

  /** A batch under way, or one that was given up, may have keys that nobody sees. */
  private void offerVisible(Known view, String id, List<byte[]> keys, KeySample sample) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(field(view));
    arguments.addAll(keys);
    List<?> visible = RedisBytes.list(client.run(Script.ALIVE, arguments));
    for (int i = 0; i < keys.size(); i++) {
      if (RedisBytes.whole(visible.get(i)) > 0) {
        sample.offer(rows.key(id, keys.get(i)));
      }
    }
  }

  @Override
  public StoreBatch begin(String view, Window window, Keeping keeping) {
    return begin(known.of(view), window, keeping, false);
  }

  @Override
  public StoreBatch beginAnew(String view, Window window, Keeping keeping) {
    return begin(known.of(view), window, keeping, true);
  }

  private StoreBatch begin(Known view, Window window, Keeping keeping, boolean anew) {
    requireWriting();
    return gate.whileOpen(() -> gate.beginBatch(() -> writer.begin(view, window, keeping, anew)));
  }

  private void requireWriting() {
    if (!writes) {
      throw new IllegalStateException("the store in " + place + " was opened to be read");
    }
  }

  @Override
  public int dropOtherRules(String view) {
    requireWriting();
    return gate.whileOpen(
        () -> {
          int dropped = gate.beginBatch(() -> writer.dropOthers(known.of(view)));
          gate.endBatch();
          return dropped;
        });
  }

  @Override
  public WriterLock lockForWriting() {
    return gate.whileOpen(writer::lock);
  }

  /**
   * Waits for look-ups that are under way; later ones are refused in words.
   *
   * @throws IllegalStateException while a batch is being written
   */
  @Override
  public void close() {
    gate.close(client::close);
  }
}
