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
import java.util.concurrent.ConcurrentLinkedQueue;
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
 * <p>The tree {@value #VIEWS} has a {@link StoredView} for each name. The tree {@value #ROWS} has a
 * record for each key and each time at which something became visible of it: the view's id, the
 * length of the key, the {@link KeyBytes}, the time (so that times are in order), and as the value
 * the {@link Standings} from that time on. A look-up goes to the last record of its key at or
 * before the as-of time.
 *
 * <p>Thread-safe. A process must not open the same folder twice at a time.
 */
public final class EmbeddedStore implements FeatureStore {
  static final String VIEWS = "views";
  static final String ROWS = "rows";

  /** Address space, not memory and not disk: the file grows as it is filled. */
  private static final long MAP_SIZE = 1L << 40;

  private static final int MOST_READERS = 512;

  private final Path folder;
  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> views;
  private final Dbi<ByteBuffer> rows;
  private final Map<String, Known> known = new HashMap<>();
  private final ConcurrentLinkedQueue<StoreReader> idle = new ConcurrentLinkedQueue<>();
  private final boolean writes;

  /** A view for which the store was opened. */
  private record Known(FeatureView view, String rule, VisibleRows<FeatureRow> nothing) {}

  private EmbeddedStore(Path folder, boolean writes, List<FeatureView> known) {
    this.folder = folder;
    this.writes = writes;
    for (FeatureView view : known) {
      this.known.put(view.name(), new Known(view, StoredView.rule(view), VisibleRows.of(view)));
    }
    Env<ByteBuffer> opened = open(folder, writes);
    try {
      DbiFlags[] flags = writes ? new DbiFlags[] {DbiFlags.MDB_CREATE} : new DbiFlags[0];
      this.views = opened.openDbi(VIEWS, flags);
      this.rows = opened.openDbi(ROWS, flags);
    } catch (LmdbException e) {
      opened.close();
      throw failure("is no feature store", e);
    }
    this.env = opened;
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

  FeatureStoreException failure(String what, LmdbException e) {
    return new FeatureStoreException(
        "the feature store in " + folder + " " + what + ": " + e.getMessage(), e);
  }

  @Override
  public List<Answer> lookUp(List<Query> queries) {
    StoreReader reader = idle.poll();
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
      idle.add(reader);
      return answers;
    } catch (LmdbException e) {
      throw failure("cannot be read", e);
    }
  }

  private Answer answer(StoreReader reader, Query query) {
    Known view = known(query.view());
    StoredView stored =
        reader
            .catalogue()
            .find(query.view())
            .orElseThrow(
                () ->
                    new FeatureStoreException(
                        "the store "
                            + folder
                            + " does not hold the feature view '"
                            + query.view()
                            + "'; store it with 'nightjar features materialize "
                            + query.view()
                            + "'"));
    stored.requireRule(folder.toString(), view.view(), view.rule());
    return reader.answer(
        query.view(),
        stored,
        view.nothing(),
        KeyBytes.of(query.key()),
        view.view().isStatic() ? 0 : query.asOf());
  }

  private Known known(String view) {
    Known found = known.get(view);
    if (found == null) {
      throw new IllegalArgumentException(
          "the store " + folder + " was not opened for the feature view '" + view + "'");
    }
    return found;
  }

  /** The times for which the store holds a view; empty when it does not. */
  public Optional<Window> window(String view) {
    return stored(view).map(stored -> new Window(stored.from(), stored.until()));
  }

  /** What the store keeps of the past of a view; empty when it does not hold it. */
  public Optional<Keeping> keeping(String view) {
    return stored(view).map(StoredView::keeping);
  }

  private Optional<StoredView> stored(String view) {
    try (Txn<ByteBuffer> txn = env.txnRead()) {
      return new Catalogue(folder.toString(), txn, views, rows).find(view);
    } catch (LmdbException e) {
      throw failure("cannot be read", e);
    }
  }

  /**
   * Begins a batch that goes on with what is stored of a view, or begins the view. One batch is
   * written at a time: another writer waits until this one is closed. A static view is always
   * stored anew, since its table is all that there is of it.
   *
   * @param view one of those for which the store was opened
   * @param window for a static view of no account
   * @throws FeatureStoreException when the store holds the view by another rule or keeps another
   *     past, or the window does not touch what has been stored
   */
  public StoreBatch begin(String view, Window window, Keeping keeping) {
    return begin(known(view), window, keeping, known(view).view().isStatic());
  }

  /** Begins a batch that takes the place of all that is stored of a view, whatever its rule. */
  public StoreBatch beginAnew(String view, Window window, Keeping keeping) {
    return begin(known(view), window, keeping, true);
  }

  private StoreBatch begin(Known view, Window window, Keeping keeping, boolean anew) {
    if (!writes) {
      throw new IllegalStateException("the store in " + folder + " was opened to be read");
    }
    Window of = view.view().isStatic() ? new Window(0, 0) : window;
    Txn<ByteBuffer> txn = env.txnWrite();
    try {
      Catalogue catalogue = new Catalogue(folder.toString(), txn, views, rows);
      Optional<StoredView> before = catalogue.find(view.view().name());
      StoredView after =
          anew || before.isEmpty()
              ? new StoredView(catalogue.nextId(), view.rule(), keeping, of.from(), of.until())
              : before.get().followedBy(folder.toString(), view.view(), view.rule(), of, keeping);
      Runnable commit =
          () -> {
            before.filter(old -> old.id() != after.id()).ifPresent(catalogue::dropRecords);
            catalogue.put(view.view().name(), after);
          };
      return new StoreBatch(this, txn, rows, view.nothing(), after, commit);
    } catch (RuntimeException e) {
      txn.close();
      throw e;
    }
  }

  @Override
  public void close() {
    for (StoreReader next = idle.poll(); next != null; next = idle.poll()) {
      next.close();
    }
    env.close();
  }
}
