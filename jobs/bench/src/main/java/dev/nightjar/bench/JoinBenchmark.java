package dev.nightjar.bench;

import dev.nightjar.bench.peer.Joiner;
import dev.nightjar.bench.worker.JoinWorker;
import dev.nightjar.bench.worker.StoreWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The benchmark of the join as of a time. Not thread-safe. */
final class JoinBenchmark implements AutoCloseable {
  /** The figure that must be zero. */
  static final String DIFFERING = "join-differing-rows";

  /** The other one. */
  static final String PARITY = "offline-online-differences";

  private static final Duration PREPARING = Duration.ofMinutes(15);
  private static final int PER_KEY = 100;
  private static final String LOOK_UPS = "300000";

  /** A view of 100,000 rows, whatever the input. */
  private static final int SMALL_VIEW_KEYS = 1_000;

  private static final String MERGE = Joiner.MERGE.word();
  private static final String SKEWED = "skewed";
  private static final String UNIFORM = "uniform";

  private final JoinScale scale;
  private final Duration limit;
  private final Consumer<String> hear;
  private final Child child;
  private final Child stores;
  private final Figures figures = new Figures();
  private double differing;
  private final List<String> compared = new ArrayList<>();

  /** Tables of one kind. */
  private record Tables(long rows, long keys, String shape) {
    String[] words(String request, String... behind) {
      List<String> words = new ArrayList<>();
      words.add(request);
      words.add(Long.toString(rows));
      words.add(Long.toString(keys));
      words.add(Integer.toString(PER_KEY));
      words.add(shape);
      words.addAll(List.of(behind));
      return words.toArray(String[]::new);
    }
  }

  /**
   * @param limit the longest that one measurement may take
   * @param folder for data and logs
   * @param hear what goes on, for people
   */
  JoinBenchmark(JoinScale scale, Duration limit, Path folder, Jvms jvms, Consumer<String> hear) {
    this.scale = scale;
    this.limit = limit;
    this.hear = hear;
    this.child =
        jvms.child(
            "join",
            jvms.classPath(),
            Optional.of("1"),
            JoinWorker.class.getName(),
            List.of(folder.toString()),
            folder);
    this.stores =
        jvms.child(
            "stores",
            jvms.classPath(),
            Optional.of("1"),
            StoreWorker.class.getName(),
            List.of(folder.toString()),
            folder);
  }

  /** What can be measured alone, in the order in which it is measured. */
  enum Part {
    LARGE(JoinBenchmark::large),
    INEQUALITY(JoinBenchmark::inequality),
    BROADCAST(JoinBenchmark::broadcast),
    SKEW(JoinBenchmark::skew),
    GROWTH(JoinBenchmark::growth),
    STORE(JoinBenchmark::store);

    @SuppressWarnings("ImmutableEnumChecker") // a method of the class, which holds nothing
    private final Consumer<JoinBenchmark> measure;

    Part(Consumer<JoinBenchmark> measure) {
      this.measure = measure;
    }

    /** All that a scale measures when nobody says which. */
    static Set<Part> of(JoinScale scale) {
      return scale.growth()
          ? EnumSet.allOf(Part.class)
          : EnumSet.complementOf(EnumSet.of(Part.GROWTH));
    }
  }

  Figures run(Set<Part> parts) {
    for (Part part : EnumSet.copyOf(parts)) {
      part.measure.accept(this);
    }
    if (!compared.isEmpty()) {
      figures.atMost(0, DIFFERING, differing, String.join("; ", compared));
    }
    return figures;
  }

  private void store() {
    child.close(); // its heap is not needed any more
    lookUp();
    parity();
  }

  private Tables prepared(long rows, long keys, String shape) {
    hear.accept(
        "making "
            + Figures.number((double) rows)
            + " rows and a view of "
            + Figures.number((double) keys * PER_KEY)
            + (shape.equals(SKEWED) ? ", half of the rows with one key" : ""));
    Tables tables = new Tables(rows, keys, shape);
    child.done(PREPARING, tables.words("prepare"));
    return tables;
  }

  private Contest contest(String name, Tables tables, Joiner... joiners) {
    Contest contest = new Contest(name, tables.rows());
    for (Joiner joiner : joiners) {
      contest.add(joiner.word(), child, tables.words("join", joiner.word()));
    }
    contest.run(scale.warmUp(), scale.rounds(), limit, hear);
    contest.report(figures);
    return contest;
  }

  private void compare(Tables tables, Joiner first, Joiner second) {
    differing +=
        child
            .done(PREPARING, tables.words("differing", first.word(), second.word()))
            .figure("differing");
    compared.add(
        first.word() + " and " + second.word() + ": " + Figures.number((double) tables.rows()));
  }

  private void large() {
    Tables tables = prepared(scale.rows(), scale.rows() / PER_KEY, UNIFORM);
    Contest contest = contest("large", tables, Joiner.MERGE, Joiner.EQUI_JOIN, Joiner.WINDOW);
    figures.atMost(1.5, "merge-vs-equi-join", contest.ratio(MERGE, Joiner.EQUI_JOIN.word()), "");
    figures.report(
        "window-vs-equi-join",
        contest.ratio(Joiner.WINDOW.word(), Joiner.EQUI_JOIN.word()),
        Figures.Better.LOWER,
        "");
    compare(tables, Joiner.MERGE, Joiner.EQUI_JOIN);
  }

  private void inequality() {
    Tables tables = prepared(scale.inequalityRows(), scale.inequalityRows() / PER_KEY, UNIFORM);
    Contest contest = contest("history", tables, Joiner.MERGE, Joiner.INEQUALITY);
    figures.atLeast(5, "inequality-vs-merge", contest.ratio(Joiner.INEQUALITY.word(), MERGE), "");
    compare(tables, Joiner.MERGE, Joiner.INEQUALITY);
  }

  private void broadcast() {
    Tables tables = prepared(scale.rows(), SMALL_VIEW_KEYS, UNIFORM);
    Contest contest =
        contest("small-view", tables, Joiner.BROADCAST, Joiner.BROADCAST_EQUI_JOIN, Joiner.MERGE);
    figures.atMost(
        1.3,
        "broadcast-vs-equality",
        contest.ratio(Joiner.BROADCAST.word(), Joiner.BROADCAST_EQUI_JOIN.word()),
        "");
    compare(tables, Joiner.BROADCAST, Joiner.BROADCAST_EQUI_JOIN);
  }

  private void skew() {
    Tables uniform = prepared(scale.skewRows(), scale.skewRows() / PER_KEY, UNIFORM);
    Tables skewed = prepared(scale.skewRows(), scale.skewRows() / PER_KEY, SKEWED);
    Contest contest = new Contest("skew", uniform.rows());
    contest.add(UNIFORM, child, uniform.words("join", MERGE));
    contest.add(SKEWED, child, skewed.words("join", MERGE));
    contest.run(scale.warmUp(), scale.rounds(), limit, hear);
    contest.report(figures);
    figures.atMost(1.5, "skew", contest.ratio(SKEWED, UNIFORM), "half of the rows on one key");
    compare(skewed, Joiner.MERGE, Joiner.EQUI_JOIN);
  }

  private void growth() {
    long rows = scale.skewRows();
    Tables once = prepared(rows, rows / PER_KEY, UNIFORM);
    Tables tenTimes = prepared(10 * rows, 10 * rows / PER_KEY, UNIFORM);
    Contest contest = new Contest("growth", rows);
    contest.add("once", child, once.words("join", MERGE));
    contest.add("ten-times", child, tenTimes.words("join", MERGE));
    contest.run(1, scale.rounds(), limit, hear);
    figures.atMost(
        1.15,
        "growth",
        contest.ratio("ten-times", "once") / 10,
        "seconds of a row, 10 times as many");
  }

  private void lookUp() {
    String[] view = {Long.toString(scale.rows()), "1"};
    hear.accept("storing a view of " + Figures.number((double) scale.rows()) + " keys");
    stores.done(PREPARING, "prepare", view[0], view[1]);
    Answer.Done stored = stores.done(PREPARING, "store", view[0], view[1]);
    figures.report(
        "store-rows-per-s",
        Math.rint(scale.rows() / stored.figure("seconds")),
        Figures.Better.HIGHER,
        Figures.number(stored.figure("mebibytes")) + " MiB");
    Answer.Done took = stores.done(limit, "look-up", view[0], view[1], LOOK_UPS);
    String note = "one of " + Figures.number((double) scale.rows()) + " keys, 20 features";
    figures.atMost(20, "lookup-median-us", took.figure("median-us"), note);
    figures.atMost(200, "lookup-p99-us", took.figure("p99-us"), note);
  }

  private void parity() {
    String keys = Long.toString(scale.inequalityRows() / PER_KEY);
    String perKey = Integer.toString(PER_KEY);
    hear.accept("holding a store with history against the join");
    stores.done(PREPARING, "prepare", keys, perKey);
    stores.done(PREPARING, "store", keys, perKey);
    Answer.Done verified =
        stores.done(PREPARING, "verify", keys, perKey, Long.toString(scale.inequalityRows()));
    figures.atMost(
        0,
        PARITY,
        verified.figure("differing"),
        Figures.number(verified.figure("points")) + " keys and times");
  }

  @Override
  public void close() {
    child.close();
    stores.close();
  }
}
