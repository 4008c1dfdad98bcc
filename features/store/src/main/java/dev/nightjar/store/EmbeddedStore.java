package dev.nightjar.store;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.VisibleRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
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
 * <p>A view whose definition has changed is another one to the store: it can be stored by its new
 * rule while it is served by the old one.
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
public final class EmbeddedStore implements FeatureStore {
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
  private final Map<String, Known> known = new HashMap<>();
  private final ConcurrentLinkedQueue<StoreReader> idle = new ConcurrentLinkedQueue<>();
  private final boolean writes;

  /**
   * Held for reading while the file is read: what reads a file that is no longer mapped crashes.
   */
  private final ReadWriteLock open = new ReentrantReadWriteLock();

  private boolean closed;

  /** LMDB would let a second one wait for the first, be it the same thread. */
  private final AtomicBoolean batchIsOpen = new AtomicBoolean();

  /** A view for which the store was opened. */
  private record Known(FeatureView view, String rule, VisibleRows<FeatureRow> nothing) {}

  private EmbeddedStore(Path folder, boolean writes, List<FeatureView> known) {
    this.folder = folder;
    this.writes = writes;
    for (FeatureView view : known) {
      this.known.put(view.name(), new Known(view, StoredView.rule(view), VisibleRows.of(view)));
    }
    this.real = real(folder);
    if (!OPEN.add(real)) {
      throw new FeatureStoreException(
          "the feature store in " + folder + " is open in this process already; use that one");
    }
    Env<ByteBuffer> opened = null;
    try {
      opened = open(folder, writes);
      DbiFlags[] flags = writes ? new DbiFlags[] {DbiFlags.MDB_CREATE} : new DbiFlags[0];
      this.views = opened.openDbi(VIEWS, flags);
      this.rows = opened.openDbi(ROWS, flags);
    } catch (RuntimeException e) {
      if (opened != null) {
        opened.close();
      }
      OPEN.remove(real);
      throw e instanceof LmdbException lmdb ? failure("is no feature store", lmdb) : e;
    }
    this.env = opened;
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw new FeatureStoreException(
          "the folder " + folder + " of the feature store cannot be read: " + e.getMessage(), e);
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
          "the folder " + folder + " of the feature store cannot be made: " + e.getMessage(), e);
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
          "the feature store in " + folder + " cannot be opened: " + e.getMessage(), e);
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
    return whileOpen(() -> answers(queries));
  }

  private List<Answer> answers(List<Query> queries) {
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
        answers.add(answer(reader, query));
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

  private <T> T whileOpen(Supplier<T> read) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new FeatureStoreException(
            "the feature store in " + folder + " has been closed; open it again");
      }
      return read.get();
    } finally {
      open.readLock().unlock();
    }
  }

  private Answer answer(StoreReader reader, Query query) {
    Known view = known(query.view());
    Catalogue catalogue = reader.catalogue();
    StoredView stored =
        catalogue
            .find(query.view(), view.rule())
            .orElseThrow(() -> notHeld(query.view(), catalogue.others(query.view(), view.rule())));
    stored.requireTypes(folder.toString(), query.view(), query.key());
    return reader.answer(
        query.view(),
        stored,
        view.nothing(),
        KeyBytes.of(query.key()),
        view.view().isStatic() ? 0 : query.asOf());
  }

  private FeatureStoreException notHeld(String view, List<StoredView> others) {
    return new FeatureStoreException(
        "the store "
            + folder
            + (others.isEmpty()
                ? " does not hold the feature view '" + view + "'; store it"
                : " holds the feature view '"
                    + view
                    + "' by another rule (keys, times, ages, features or their types differ); store"
                    + " it by this one too, beside the other,")
            + " with 'nightjar features materialize "
            + view
            + "'");
  }

  private Known known(String view) {
    Known found = known.get(view);
    if (found == null) {
      throw new IllegalArgumentException(
          "the store " + folder + " was not opened for the feature view '" + view + "'");
    }
    return found;
  }

  /** Where it lies, as it was opened. */
  public Path folder() {
    return folder;
  }

  /** The times for which the store holds a view by its rule; empty when it does not. */
  public Optional<Window> window(String view) {
    return held(view).map(Held::window);
  }

  /** What the store keeps of the past of a view by its rule; empty when it does not hold it. */
  public Optional<Keeping> keeping(String view) {
    return held(view).map(Held::keeping);
  }

  /**
   * How the store holds a view by a rule.
   *
   * @param window the times for which it does
   * @param keeping what it keeps of the past
   */
  public record Held(Window window, Keeping keeping) {
    static Held of(StoredView stored) {
      return new Held(new Window(stored.from(), stored.until()), stored.keeping());
    }
  }

  /**
   * How the store holds a view by its rule; empty when it does not.
   *
   * @param view one of those for which the store was opened
   */
  public Optional<Held> held(String view) {
    return whileOpen(
        () -> reading(catalogue -> catalogue.find(view, known(view).rule()).map(Held::of)));
  }

  /** How the store holds a view by other rules, the one that was begun last first. */
  public List<Held> heldByOtherRules(String view) {
    return whileOpen(
        () ->
            reading(
                catalogue ->
                    catalogue.others(view, known(view).rule()).stream().map(Held::of).toList()));
  }

  private <T> T reading(Function<Catalogue, T> read) {
    try (Txn<ByteBuffer> txn = env.txnRead()) {
      return read.apply(new Catalogue(folder.toString(), txn, views, rows));
    } catch (LmdbException e) {
      throw failure("cannot be read", e);
    }
  }

  /**
   * Some keys that are stored of a view by its rule, always the same ones for the same keys and
   * seed. Goes through all of them.
   *
   * @param most how many at the most; keys that are longer than some 400 bytes are left out
   */
  public List<List<Object>> someKeys(String view, int most, long seed) {
    String rule = known(view).rule();
    return whileOpen(
        () -> {
          try (Txn<ByteBuffer> txn = env.txnRead();
              Cursor<ByteBuffer> cursor = rows.openCursor(txn)) {
            return new Catalogue(folder.toString(), txn, views, rows)
                .find(view, rule)
                .map(stored -> KeySample.of(cursor, stored.id(), most, seed))
                .orElse(List.of());
          } catch (LmdbException e) {
            throw failure("cannot be read", e);
          }
        });
  }

  /**
   * Begins a batch that goes on with what is stored of a view by its rule, or begins the view. What
   * is stored of it by other rules stays and is served. One batch is written at a time. A static
   * view is always stored anew, since its table is all that there is of it. Of a windowed view a
   * batch takes the place of all behind the window's beginning, for each key that is in it.
   *
   * @param view one of those for which the store was opened
   * @param window for a static view of no account
   * @throws FeatureStoreException when the store keeps another past of the view, or the window does
   *     not touch what has been stored
   */
  public StoreBatch begin(String view, Window window, Keeping keeping) {
    return begin(known(view), window, keeping, known(view).view().isStatic());
  }

  /** Begins a batch that takes the place of all that is stored of a view by its rule. */
  public StoreBatch beginAnew(String view, Window window, Keeping keeping) {
    return begin(known(view), window, keeping, true);
  }

  private StoreBatch begin(Known view, Window window, Keeping keeping, boolean anew) {
    if (!writes) {
      throw new IllegalStateException("the store in " + folder + " was opened to be read");
    }
    return whileOpen(
        () -> {
          if (!batchIsOpen.compareAndSet(false, true)) {
            throw batchIsOpen();
          }
          boolean hasBegun = false;
          try {
            StoreBatch batch = begun(view, window, keeping, anew);
            hasBegun = true;
            return batch;
          } catch (LmdbException e) {
            throw failure("cannot be written", e);
          } finally {
            if (!hasBegun) {
              batchIsOpen.set(false);
            }
          }
        });
  }

  private StoreBatch begun(Known view, Window window, Keeping keeping, boolean anew) {
    Window of = view.view().isStatic() ? new Window(0, 0) : window;
    env.readerCheck(); // what processes held that have died
    Txn<ByteBuffer> txn = env.txnWrite();
    boolean isGiven = false;
    try {
      Catalogue catalogue = new Catalogue(folder.toString(), txn, views, rows);
      Optional<StoredView> before = catalogue.find(view.view().name(), view.rule());
      StoredView after =
          anew || before.isEmpty()
              ? new StoredView(catalogue.nextId(), view.rule(), keeping, of.from(), of.until(), "")
              : before.get().followedBy(folder.toString(), view.view(), of, keeping);
      Consumer<String> commit =
          keyTypes -> {
            before.filter(old -> old.id() != after.id()).ifPresent(catalogue::dropRecords);
            catalogue.put(view.view().name(), after.withKeyTypes(keyTypes));
          };
      OptionalLong replaced =
          view.view().isWindowed() ? OptionalLong.of(of.from()) : OptionalLong.empty();
      StoreBatch batch = new StoreBatch(this, txn, rows, view.nothing(), after, replaced, commit);
      isGiven = true;
      return batch;
    } finally {
      if (!isGiven) {
        txn.close();
      }
    }
  }

  /**
   * Drops what is stored of a view by other rules than its own, if it is stored by its own.
   *
   * @return how many rules that were
   * @throws FeatureStoreException when it cannot be written
   */
  public int dropOtherRules(String view) {
    if (!writes) {
      throw new IllegalStateException("the store in " + folder + " was opened to be read");
    }
    Known of = known(view);
    return whileOpen(
        () -> {
          if (!batchIsOpen.compareAndSet(false, true)) {
            throw batchIsOpen();
          }
          try (Txn<ByteBuffer> txn = env.txnWrite()) {
            Catalogue catalogue = new Catalogue(folder.toString(), txn, views, rows);
            List<StoredView> others =
                catalogue.find(view, of.rule()).isPresent()
                    ? catalogue.others(view, of.rule())
                    : List.of();
            others.forEach(other -> catalogue.drop(view, other));
            txn.commit();
            return others.size();
          } catch (LmdbException e) {
            throw failure("cannot be written", e);
          } finally {
            batchIsOpen.set(false);
          }
        });
  }

  /** A batch is written no longer. */
  void batchEnded() {
    batchIsOpen.set(false);
  }

  private IllegalStateException batchIsOpen() {
    return new IllegalStateException(
        "a batch is being written to the feature store in "
            + folder
            + "; commit it or close it first");
  }

  /**
   * Keeps other processes and threads from writing until it is closed: a span of time that is to be
   * stored is chosen by what the store holds.
   *
   * @throws FeatureStoreException when another one writes
   */
  public WriterLock lockForWriting() {
    return WriterLock.of(real.resolve(WRITER));
  }

  /**
   * Waits for look-ups that are under way; later ones are refused in words.
   *
   * @throws IllegalStateException while a batch is being written
   */
  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      if (batchIsOpen.get()) {
        throw batchIsOpen(); // its next row would go to a file that is no longer mapped
      }
      closed = true;
      for (StoreReader next = idle.poll(); next != null; next = idle.poll()) {
        next.close();
      }
      env.close();
      OPEN.remove(real);
    } finally {
      open.writeLock().unlock();
    }
  }
}
