package dev.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.levenshtein;
import static org.apache.spark.sql.functions.lit;

import dev.nightjar.data.ReservedColumns;
import dev.nightjar.job.Job;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.RowExplanation.Change;
import dev.nightjar.run.RowExplanation.Computer;
import dev.nightjar.schedule.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Finds out how the rows of a key in a published result came to be. */
final class RowExplainer {
  /** All rows of the key are held here at once; a key of more names nothing. */
  static final int MOST = 100;

  private static final int NEAR = 3;
  private static final int FARTHEST = 2;

  private final SparkSession spark;
  private final Interval interval;
  private final ResultStore store;
  private final Manifest manifest;
  private final Job job;

  RowExplainer(
      SparkSession spark, Job job, Interval interval, ResultStore store, Manifest manifest) {
    this.spark = spark;
    this.job = job;
    this.interval = interval;
    this.store = store;
    this.manifest = manifest;
  }

  /**
   * Explains.
   *
   * @param preflight of a job like this one, whose bundle may be another
   * @throws PreflightException when the key cannot be one of the job's, or no row has it
   */
  RowExplanation explain(RowKey key, Function<Job, Plan> preflight) {
    Dataset<Row> result = Results.whole(spark, store, manifest);
    List<Row> published =
        few(key, "the result", result.filter(key.in(result.schema(), "the result")));
    String scoredBy =
        published.isEmpty()
            ? manifest.bundle().digest()
            : published.get(0).getAs(ReservedColumns.BUNDLE);
    ThenBundle then =
        ThenBundle.of(
            spark.sparkContext().hadoopConfiguration(), job, scoredBy, manifest.bundle().label());
    Plan plan = preflight.apply(then.job());
    Dataset<Row> all = plan.input().ofInterval();
    Dataset<Row> rows = all.filter(key.in(all.schema(), "the input"));
    List<RowWay.Taken> taken = new RowWay(spark, plan).take(rows.limit(MOST + 1));
    requireFew(key, "the input", taken.size());
    if (published.isEmpty() && taken.isEmpty()) {
      throw new PreflightException(List.of(absent(plan, key, all)));
    }
    List<String> notes = new ArrayList<>();
    then.note().ifPresent(notes::add);
    return new RowExplanation(
        job.name(),
        interval.id(),
        key.values(),
        manifest.token(),
        new Computer(
            plan.scoring().bundle().label(),
            plan.scoring().bundle().digest(),
            plan.scoring().placement().engine(),
            plan.scoring().placement().device().name().toLowerCase(Locale.ROOT)),
        notes,
        changes(plan, tokenOf(published), scoredBy, notes),
        new PublishedRows(plan, published).against(taken));
  }

  private static List<Row> few(RowKey key, String where, Dataset<Row> rows) {
    List<Row> found = rows.limit(MOST + 1).collectAsList();
    requireFew(key, where, found.size());
    return found;
  }

  private static void requireFew(RowKey key, String where, int rows) {
    if (rows > MOST) {
      throw new PreflightException(
          List.of(
              "the key "
                  + key.words()
                  + " has more than "
                  + MOST
                  + " rows in "
                  + where
                  + ", so it names none; give the job a key that tells rows apart"));
    }
  }

  /** The attempt that has written the rows: a replay takes rows over from the one before. */
  private long tokenOf(List<Row> published) {
    if (published.isEmpty()) {
      return manifest.token();
    }
    String run = published.get(0).getAs(ReservedColumns.RUN);
    return Long.parseLong(run.substring(run.lastIndexOf('/') + 1));
  }

  /** What goes into a result and is another now. */
  private List<Change> changes(Plan plan, long token, String bundle, List<String> notes) {
    Optional<RunRecord> record =
        store.records(interval.id()).stream()
            .filter(one -> one.token() == token && !one.isUnreadable())
            .findFirst();
    List<Change> changes = new ArrayList<>();
    add(changes, "bundle", bundle, plan.scoring().bundle().digest());
    if (record.isEmpty()) {
      notes.add(
          "the record of attempt "
              + token
              + " cannot be read, so nobody can tell whether configuration, input and views are"
              + " those of then");
      return changes;
    }
    RunRecord.Digests then = record.get().digests();
    add(changes, "configuration", then.configuration(), job.digest());
    add(changes, "input listing", then.input(), plan.digests().input());
    TreeSet<String> views = new TreeSet<>(then.views().keySet());
    views.addAll(plan.digests().views().keySet());
    for (String view : views) {
      add(
          changes,
          "listing of view " + view,
          then.views().get(view),
          plan.digests().views().get(view));
    }
    add(changes, "engine", record.get().engine(), plan.scoring().placement().engine());
    return changes;
  }

  private static void add(
      List<Change> changes, String what, @Nullable String then, @Nullable String now) {
    String before = then == null ? "none" : then;
    String today = now == null ? "none" : now;
    if (!before.equals(today)) {
      changes.add(new Change(what, before, today));
    }
  }

  /** What was looked for, and what is near it. */
  private String absent(Plan plan, RowKey key, Dataset<Row> all) {
    String words =
        "neither the input nor the result of "
            + interval.id()
            + " has a row with the key "
            + key.words();
    Dataset<Row> anywhere = plan.input().all();
    List<Row> elsewhere =
        anywhere
            .filter(key.in(anywhere.schema(), "the input"))
            .select(InputRows.quoted(job.input().time()))
            .takeAsList(NEAR);
    if (!elsewhere.isEmpty()) {
      Object time = Told.value(elsewhere.get(0).get(0));
      return words
          + (time instanceof Instant at
              ? "; the input has it at "
                  + at
                  + ", which belongs to "
                  + Interval.containing(at, job.grain(), job.zone()).id()
              : "; the input has it, but its '"
                  + job.input().time()
                  + "' is null, so it belongs to no interval");
    }
    List<String> near = near(key, all);
    return words + (near.isEmpty() ? "" : "; nearest are " + String.join(" and ", near));
  }

  /** Keys of the interval that are written almost alike. */
  private List<String> near(RowKey key, Dataset<Row> all) {
    Column[] texts =
        key.values().keySet().stream()
            .map(column -> InputRows.quoted(column).cast("string"))
            .toArray(Column[]::new);
    Column text = concat_ws(",", texts);
    Column distance = levenshtein(text, lit(String.join(",", key.values().values())));
    return all
        .select(text.as("text"), distance.as("distance"))
        .filter(col("distance").leq(FARTHEST))
        .distinct()
        .orderBy("distance", "text")
        .takeAsList(NEAR)
        .stream()
        .map(row -> "'" + row.getString(0) + "'")
        .toList();
  }
}
