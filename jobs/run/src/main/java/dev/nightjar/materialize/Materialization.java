package dev.nightjar.materialize;

import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.AsOfRange;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.feature.spark.ViewHistory;
import dev.nightjar.store.Held;
import dev.nightjar.store.Keeping;
import dev.nightjar.store.OnlineStore;
import dev.nightjar.store.StoreBatch;
import dev.nightjar.store.Window;
import dev.nightjar.store.WriterLock;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * Stores what became visible of views, so that it can be looked up by key. A view goes on where the
 * store ends, so that each time stores what is new; given a span again, the store is the same
 * afterwards, but for rows that came late. Rows that were corrected or deleted in the table stay as
 * they were until the view is stored anew. All of a view's rows become visible at once, or, when
 * this is stopped, none: then the next time reads the same span. Not thread-safe.
 */
public final class Materialization {
  private final TableReader tables;
  private final OnlineStore store;

  /**
   * From tables into a store.
   *
   * @param store opened to be written, for every view that will be asked for
   */
  public Materialization(TableReader tables, OnlineStore store) {
    this.tables = tables;
    this.store = store;
  }

  /**
   * What is to be stored.
   *
   * @param view with a source
   * @param from the time from which on what became visible is read; empty to go on where the store
   *     ends. With a history, the least time that can be asked
   * @param until the time up to which it is read
   * @param keeping what is kept of the past; empty for what the store has, or else the newest alone
   * @param anew whether it takes the place of what is stored by the view's rule
   */
  public record Request(
      FeatureView view,
      Optional<Instant> from,
      Instant until,
      Optional<Keeping> keeping,
      boolean anew) {}

  /**
   * What was stored.
   *
   * @param keys how many had a row
   * @param rows of the view; of those that are too old for every time that can be asked, one for
   *     each key
   * @param holds the times for which the store now holds the view
   * @param keeping what it keeps of the past
   */
  public record Stored(long keys, long rows, Window holds, Keeping keeping) {}

  /** The span to be read, and whether what came before it is read too. */
  private record Span(Window window, Optional<Instant> after) {}

  /**
   * Stores a view's rows.
   *
   * @throws FeatureStoreException when the span does not go with what is stored, or the store
   *     cannot be written
   * @throws dev.nightjar.feature.spark.TableException when the view cannot be read
   */
  public Stored store(Request request) {
    FeatureView view = request.view();
    tables.requireSound(view.source().orElseThrow(), Map.of());
    WriterLock lock = store.lockForWriting(); // the span depends on what the store holds
    try {
      return storeSpan(beginningOf(request));
    } finally {
      lock.close();
    }
  }

  /**
   * Drops what is stored of a view by other rules than its own: nothing may be served by those any
   * more.
   *
   * @param view one that is stored by its own rule; else nothing is dropped
   * @return how many rules that were
   * @throws FeatureStoreException when another one writes, or it cannot be written
   */
  public int dropOtherRules(FeatureView view) {
    WriterLock lock = store.lockForWriting();
    try {
      return store.dropOtherRules(view.name());
    } finally {
      lock.close();
    }
  }

  /**
   * Where a view is begun, and nothing is said of what is kept, it is as it was: by its rule before
   * it is stored anew, else by the rule that it had last.
   */
  private Request beginningOf(Request request) {
    String view = request.view().name();
    Optional<Held> own = store.held(view);
    if (request.view().isStatic() || (own.isPresent() && !request.anew())) {
      return request;
    }
    Optional<Held> before = own.or(() -> store.heldByOtherRules(view).stream().findFirst());
    Optional<Keeping> keeping = request.keeping().or(() -> before.map(Held::keeping));
    boolean isHistory =
        before.filter(held -> held.keeping() == Keeping.HISTORY).isPresent()
            && keeping.equals(Optional.of(Keeping.HISTORY));
    Optional<Instant> from =
        isHistory
            ? request.from().or(() -> before.map(held -> Timestamps.instant(held.window().from())))
            : request.from();
    return new Request(request.view(), from, request.until(), keeping, request.anew());
  }

  private Stored storeSpan(Request request) {
    FeatureView view = request.view();
    Optional<Window> held = request.anew() ? Optional.empty() : store.window(view.name());
    Keeping keeping = request.keeping().or(() -> store.keeping(view.name())).orElse(Keeping.NEWEST);
    Span span = view.isStatic() ? all(0, 0) : span(request, held, keeping);
    ViewHistory history =
        new ViewHistory(view, tables.read(view, Map.of()), asOf(view, span.window()));
    long keys = 0;
    long rows = 0;
    try (StoreBatch batch =
        request.anew()
            ? store.beginAnew(view.name(), span.window(), keeping)
            : store.begin(view.name(), span.window(), keeping)) {
      Iterator<ViewHistory.OfKey> found = history.since(span.after());
      while (found.hasNext()) {
        ViewHistory.OfKey key = found.next();
        batch.add(key.key(), key.entries());
        keys++;
        rows += key.entries().size();
      }
      if (view.isStatic() && keys == 0) {
        throw new FeatureStoreException(
            "the feature view '"
                + view.name()
                + "' holds no rows, and all that is stored of it would go; mend its table");
      }
      batch.commit();
    }
    return new Stored(keys, rows, store.window(view.name()).orElseThrow(), keeping);
  }

  private static Optional<AsOfRange> asOf(FeatureView view, Window window) {
    return view.isStatic()
        ? Optional.empty()
        : Optional.of(
            new AsOfRange(Timestamps.instant(window.from()), Timestamps.instant(window.until())));
  }

  private static Span all(long from, long until) {
    return new Span(new Window(from, until), Optional.empty());
  }

  private static Span span(Request request, Optional<Window> held, Keeping keeping) {
    long until = Timestamps.micros(request.until());
    if (request.from().isPresent()) {
      Instant from = request.from().get();
      if (from.isAfter(request.until())) {
        throw new FeatureStoreException(
            "the span from " + from + " to " + request.until() + " ends before it begins");
      }
      long micros = Timestamps.micros(from);
      // A history that reaches back further needs all that was visible by then.
      boolean goesOn =
          held.isPresent() && (keeping == Keeping.NEWEST || held.get().from() <= micros);
      return goesOn
          ? new Span(new Window(micros, until), Optional.of(Timestamps.instant(micros - 1)))
          : all(micros, until);
    }
    if (held.isPresent()) {
      Instant end = Timestamps.instant(held.get().until());
      if (end.isAfter(request.until())) {
        throw new FeatureStoreException(
            "the store holds the view '"
                + request.view().name()
                + "' until "
                + end
                + ", which is later than "
                + request.until()
                + "; give a later end (--to), or the beginning of a span that is to be read again"
                + " (--from)");
      }
      return new Span(new Window(held.get().until(), until), Optional.of(end));
    }
    if (keeping == Keeping.HISTORY) {
      throw new FeatureStoreException(
          "the store does not hold the history of the view '"
              + request.view().name()
              + "' yet; say from when on it is to be kept (--from)");
    }
    return all(until, until);
  }
}
