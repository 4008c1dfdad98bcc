package dev.nightjar.store;

import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.storage.IoWords;
import dev.nightjar.store.KnownViews.Known;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Txn;

/**
 * A feature store in a folder of this machine, kept by LMDB: a B+tree in one memory-mapped file.
 * Any number of processes read while one writes; a batch becomes visible at once, to readers that
 * are open too, and a writer that dies leaves the last whole batch. The file is read from the page
 * cache, so it takes no memory of the process beside that. Not for network file systems.
 *
 * <p>The tree {@value #VIEWS} has a {@link StoredView} for each name and rule. The tree {@value
 * #ROWS} has a record for each key and each time at which something became visible of it: the id of
 * the {@link StoredView}, the length of the key, the {@link KeyBytes}, the time (so that times are
 * in order), and as the value the {@link Standings} from that time on. A look-up goes to the last
 * record of its key at or before the as-of time.
 *
 * <p>Thread-safe; {@link #close} waits for look-ups that are under way. A process opens a folder
 * once at a time, since the file's locks are the process's.
 */
public final class EmbeddedStore implements OnlineStore {
  static final String VIEWS = "views";
  static final String ROWS = "rows";

  /** Address space, not memory and not disk: the file grows as it is filled. */
  private static final long MAP_SIZE = 1L << 40;

  private static final int MOST_READERS = 512;

  /** Names the process that writes; the lock of LMDB itself would make another one wait unseen. */
  private static final String WRITER = "writer.lock";

  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Path real;
  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> views;
  private final Dbi<ByteBuffer> rows;
  private final KnownViews known;
  private final ConcurrentLinkedQueue<StoreReader> idle = new ConcurrentLinkedQueue<>();
  private final boolean writes;

  /** What reads a file that is no longer mapped crashes; LMDB would let a second batch wait. */
  private final Gate gate;

  private EmbeddedStore(Path folder, boolean writes, List<FeatureView> known) {
    this.folder = folder;
    this.writes = writes;
    this.known = new KnownViews(folder.toString(), known);
    this.gate = new Gate(folder.toString());
    this.real = real(folder);
    if (!OPEN.add(real)) {
      throw new FeatureStoreException(
          "the feature store in " + folder + " is open in this process already; use that one");
    }
    Env<ByteBuffer> opened = null;
    boolean isOpened = false;
    try {
      opened = open(folder, writes);
      DbiFlags[] flags = writes ? new DbiFlags[] {DbiFlags.MDB_CREATE} : new DbiFlags[0];
      this.views = opened.openDbi(VIEWS, flags);
      this.rows = opened.openDbi(ROWS, flags);
      isOpened = true;
    } catch (LmdbException e) {
      throw failure("is no feature store", e);
    } finally { // also when LMDB's natives cannot be loaded, which is an error
      if (!isOpened) {
        if (opened != null) {
          opened.close();
        }
        OPEN.remove(real);
      }
    }
    this.env = opened;
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw new FeatureStoreException(
          "the folder " + folder + " of the feature store cannot be read: " + IoWords.of(e), e);
    }
  }

  /**
   * Opens a store to look up.
   *
   * @param views that will be asked for
   * @throws FeatureStoreException when there is none, or it cannot be read
   */
  public static EmbeddedStore read(Path folder, List<FeatureView> views) {
    if (!Files.exists(folder.resolve("data.mdb"))) {
      throw new FeatureStoreException(
          "there is no feature store in "
              + folder
              + "; make one with 'nightjar features materialize'");
    }
    return new EmbeddedStore(folder, false, views);
  }

  /**
   * Opens a store to write, and to look up; makes it where there is none.
   *
   * @param views that will be written or asked for
   * @throws FeatureStoreException when it cannot be written
   */
  public static EmbeddedStore write(Path folder, List<FeatureView> views) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FeatureStoreException(
          "the folder " + folder + " of the feature store cannot be made: " + IoWords.of(e), e);
    }
    return new EmbeddedStore(folder, true, views);
  }

  private static Env<ByteBuffer> open(Path folder, boolean writes) {
    EnvFlags[] flags =
        writes
            ? new EnvFlags[] {EnvFlags.MDB_NOTLS}
            : new EnvFlags[] {EnvFlags.MDB_NOTLS, EnvFlags.MDB_RDONLY_ENV};
    try {
      return Env.create()
          .setMapSize(MAP_SIZE)
          .setMaxDbs(2)
          .setMaxReaders(MOST_READERS)
          .open(folder.toFile(), flags);
    } catch (LmdbException e) {
      throw new FeatureStoreException(
          "the feature store in " + folder + " cannot be opened: " + e.getMessage() + remedy(e), e);
    }
  }

  FeatureStoreException failure(String what, RuntimeException e) {
    return new FeatureStoreException(
        "the feature store in " + folder + " " + what + ": " + e.getMessage() + remedy(e), e);
  }

  private static String remedy(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof Env.ReadersFullException) {
      return "; more than " + MOST_READERS + " threads look up at once: let fewer do that";
    }
    if (message.contains("ENOSPC")) {
      return "; make room on the disk and materialize again, what was stored before is whole";
    }
    if (message.contains("EACCES") || message.contains("EPERM") || message.contains("EROFS")) {
      return "; whoever reads needs to write its lock.mdb too";
    }
    return "; where it is damaged, take the folder away and materialize again";
  }

  @Override
  public List<Answer> lookUp(List<Query> queries) {
    return gate.whileOpen(() -> answers(queries, known));
  }

  @Override
  public FeatureStore reading(List<FeatureView> others) {
    KnownViews asked = new KnownViews(folder.toString(), others);
    return new SharedLookUp(queries -> gate.whileOpen(() -> answers(queries, asked)));
  }

  @Override
  public Optional<String> missing(List<FeatureView> others) {
    KnownViews asked = new KnownViews(folder.toString(), others);
    return gate.whileOpen(
        () ->
            inCatalogue(
                catalogue ->
                    asked.missing(
                        view -> catalogue.find(view.name(), view.rule()).isPresent(),
                        view -> !catalogue.others(view.name(), view.rule()).isEmpty())));
  }

  private List<Answer> answers(List<Query> queries, KnownViews asked) {
    StoreReader reader = idle.poll();
    boolean isWhole = false;
    try {
      if (reader == null) {
        reader = new StoreReader(folder.toString(), env.txnRead(), views, rows);
      } else {
        reader.renew();
      }
      List<Answer> answers = new ArrayList<>(queries.size());
      for (Query query : queries) {
        answers.add(answer(reader, asked.of(query.view()), query));
      }
      reader.rest();
      isWhole = true;
      return answers;
    } catch (LmdbException | DamagedRecordException e) {
      throw failure("cannot be read", e);
    } finally {
      if (reader != null && isWhole) {
        idle.add(reader);
      } else if (reader != null) {
        reader.close(); // it would keep its state, and the room of all that came after
      }
    }
  }

  private Answer answer(StoreReader reader, Known view, Query query) {
    Catalogue catalogue = reader.catalogue();
    StoredView stored =
        catalogue
            .find(query.view(), view.rule())
            .orElseThrow(
                () -> view.notHeld(!catalogue.others(query.view(), view.rule()).isEmpty()));
    stored.requireTypes(folder.toString(), query.view(), query.key());
    return reader.answer(view, stored, KeyBytes.of(query.key()), view.sought(query.asOf()));
  }

  @Override
  public String place() {
    return folder.toString();
  }

  @Override
  public Optional<Held> held(String view) {
    return gate.whileOpen(
        () -> inCatalogue(catalogue -> catalogue.find(view, known.of(view).rule()).map(Held::of)));
  }

  @Override
  public List<Held> heldByOtherRules(String view) {
    return gate.whileOpen(
        () ->
            inCatalogue(
                catalogue ->
                    catalogue.others(view, known.of(view).rule()).stream().map(Held::of).toList()));
  }

  private <T> T inCatalogue(Function<Catalogue, T> read) {
    try (Txn<ByteBuffer> txn = env.txnRead()) {
      return read.apply(new Catalogue(folder.toString(), txn, views, rows));
    } catch (LmdbException e) {
      throw failure("cannot be read", e);
    }
  }

  @Override
  public List<List<Object>> someKeys(String view, int most, long seed) {
    String rule = known.of(view).rule();
    return gate.whileOpen(
        () -> {
          KeySample sample = new KeySample(most, seed);
          try (Txn<ByteBuffer> txn = env.txnRead();
              Cursor<ByteBuffer> cursor = rows.openCursor(txn)) {
            new Catalogue(folder.toString(), txn, views, rows)
                .find(view, rule)
                .ifPresent(stored -> sample.offerAll(cursor, stored.id()));
          } catch (LmdbException e) {
            throw failure("cannot be read", e);
          }
          return sample.keys();
        });
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
    return gate.whileOpen(
        () ->
            gate.beginBatch(
                () -> {
                  try {
                    return begun(view, window, keeping, anew);
                  } catch (LmdbException e) {
                    throw failure("cannot be written", e);
                  }
                }));
  }

  private void requireWriting() {
    if (!writes) {
      throw new IllegalStateException("the store in " + folder + " was opened to be read");
    }
  }

  private StoreBatch begun(Known view, Window window, Keeping keeping, boolean anew) {
    env.readerCheck(); // what processes held that have died
    Txn<ByteBuffer> txn = env.txnWrite();
    boolean isGiven = false;
    try {
      Catalogue catalogue = new Catalogue(folder.toString(), txn, views, rows);
      Optional<StoredView> before = catalogue.find(view.name(), view.rule());
      BatchRule rule = view.batch(before, window, keeping, anew, catalogue::nextId);
      Consumer<StoredView> commit =
          after -> {
            before.filter(old -> old.id() != after.id()).ifPresent(catalogue::dropRecords);
            catalogue.put(view.name(), after);
          };
      StoreBatch batch = new EmbeddedBatch(this, txn, rows, rule, commit);
      isGiven = true;
      return batch;
    } finally {
      if (!isGiven) {
        txn.close();
      }
    }
  }

  @Override
  public int dropOtherRules(String view) {
    requireWriting();
    return gate.whileOpen(
        () -> {
          int dropped = gate.beginBatch(() -> dropped(known.of(view)));
          gate.endBatch();
          return dropped;
        });
  }

  private int dropped(Known view) {
    try (Txn<ByteBuffer> txn = env.txnWrite()) {
      Catalogue catalogue = new Catalogue(folder.toString(), txn, views, rows);
      List<StoredView> others =
          catalogue.find(view.name(), view.rule()).isPresent()
              ? catalogue.others(view.name(), view.rule())
              : List.of();
      others.forEach(other -> catalogue.drop(view.name(), other));
      txn.commit();
      return others.size();
    } catch (LmdbException e) {
      throw failure("cannot be written", e);
    }
  }

  /** A batch is written no longer. */
  void batchEnded() {
    gate.endBatch();
  }

  @Override
  public WriterLock lockForWriting() {
    return FolderLock.of(real.resolve(WRITER));
  }

  /**
   * Waits for look-ups that are under way; later ones are refused in words.
   *
   * @throws IllegalStateException while a batch is being written
   */
  @Override
  public void close() {
    gate.close(
        () -> {
          for (StoreReader next = idle.poll(); next != null; next = idle.poll()) {
            next.close();
          }
          env.close();
          OPEN.remove(real);
        });
  }
}
