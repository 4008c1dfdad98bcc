package dev.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.nightjar.contract.Outcome;
import dev.nightjar.data.KeyDigest;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.result.KeyDigests;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.spark.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Scores the rejected rows of a published result again. Rows are told apart by their keys: of a key
 * of which one row was rejected, all rows of the input are scored again; the rows of all other keys
 * are taken over from the published files as they stand there, with the run and the bundle that
 * they are of. So the new result is complete in files of its own, like that of any attempt: nothing
 * that reads, audits or collects results needs to know of replays.
 */
final class Replay {
  private static final int MOST_NAMED = 3;
  private static final String TRIAL = "/replay";
  private static final String REJECTED = Outcome.REJECTED.word();

  private final Manifest previous;
  private final Plan plan;
  private final List<String> key;
  private final Dataset<Row> published;

  /** The keys of which rows are scored again; one may be there more than once. */
  private final Dataset<Row> keys;

  private Replay(Manifest previous, Plan plan, Dataset<Row> published, Dataset<Row> keys) {
    this.previous = previous;
    this.plan = plan;
    this.key = plan.job().input().key();
    this.published = published;
    this.keys = keys;
  }

  /**
   * A replay of what is published.
   *
   * @throws RefusedException when rows that were not rejected have changed in the input since
   */
  static Replay of(SparkSession spark, ResultStore store, Manifest previous, Plan plan) {
    Dataset<Row> published = Results.whole(spark, store, previous);
    requireKey(plan, published.schema());
    Dataset<Row> keys = keys(previous, plan, published);
    Replay replay = new Replay(previous, plan, published, keys);
    if (!isInputOfThen(store, previous, plan)) {
      replay.requireOthersUnchanged();
    }
    return replay;
  }

  /** What would come of it. */
  ReplayTally tally() {
    Dataset<Row> again = again(plan.job().name() + TRIAL, Optional.empty()).cache();
    try {
      WrittenTally now = WrittenTally.of(again, key);
      Dataset<Row> before = published.join(keys, sameKey(), "left_semi");
      List<String> fate = new ArrayList<>(key);
      fate.add(ReservedColumns.OUTCOME);
      KeyDigest then = KeyDigests.of(before, fate);
      return new ReplayTally(
          previous.token(),
          previous.rows().total() - then.count(),
          now.keys().count(),
          now.counts().getOrDefault(Outcome.SCORED, 0L),
          now.counts().getOrDefault(Outcome.FILTERED, 0L),
          now.counts().getOrDefault(Outcome.REJECTED, 0L),
          now.rejections(),
          !KeyDigests.of(again, fate).equals(then));
    } finally {
      again.unpersist();
    }
  }

  /** The token of the result that is replayed. */
  long of() {
    return previous.token();
  }

  /**
   * All rows of the new result: those that are taken over, and those that are scored again.
   *
   * @throws RefusedException when the bundle or the job gives them other columns than before
   */
  Dataset<Row> rows(String run, Optional<Sampling> sampling) {
    Dataset<Row> again = again(run, sampling);
    requireSameColumns(again.schema());
    Dataset<Row> taken = published.join(keys, sameKey(), "left_anti");
    if (sampling.isPresent()) {
      // Rows that are taken over were compared when they were scored: this sample is of the others.
      taken = taken.withColumn(ReservedColumns.SAMPLE, lit(null).cast(DataTypes.BinaryType));
    }
    return columns(taken, List.of(again.columns())).union(again);
  }

  private Dataset<Row> again(String run, Optional<Sampling> sampling) {
    Dataset<Row> input = plan.input().ofInterval();
    return ScoredRows.of(plan, input.join(keys, sameKey(), "left_semi"), run, sampling);
  }

  private static boolean isInputOfThen(ResultStore store, Manifest previous, Plan plan) {
    return store.records(previous.interval()).stream()
        .filter(record -> record.token() == previous.token() && !record.isUnreadable())
        .anyMatch(record -> plan.digests().input().equals(record.digests().input()));
  }

  private static void requireKey(Plan plan, StructType there) {
    for (String name : plan.job().input().key()) {
      String now = type(plan.input().keys().schema(), name);
      if (!List.of(there.fieldNames()).contains(name) || !type(there, name).equals(now)) {
        throw new RefusedException(
            "the published result has no column '"
                + name
                + "' of type "
                + now
                + ", as the job's key is by now; "
                + remedy(plan));
      }
    }
  }

  /**
   * The keys of rejected rows. A row whose key was null may have got one since: then there are keys
   * in the input that nobody has published, and so many rows with null keys less.
   */
  private static Dataset<Row> keys(Manifest previous, Plan plan, Dataset<Row> published) {
    List<String> key = plan.job().input().key();
    Dataset<Row> rejected =
        columns(published.filter(col(ReservedColumns.OUTCOME).equalTo(REJECTED)), key);
    KeyDigest input = KeyDigests.of(plan.input().keys(), key);
    if (input.equals(previous.keys())) {
      return renamed(rejected);
    }
    Dataset<Row> now = plan.input().keys();
    Dataset<Row> then = columns(published, key);
    Column named = lit(true);
    for (String name : key) {
      named = named.and(InputRows.quoted(name).isNotNull());
    }
    Dataset<Row> gone = then.exceptAll(now);
    Dataset<Row> added = now.exceptAll(then);
    List<Row> lost = gone.filter(named).takeAsList(MOST_NAMED);
    if (!lost.isEmpty() || input.count() != previous.keys().count()) {
      List<Row> examples = lost.isEmpty() ? added.takeAsList(MOST_NAMED) : lost;
      throw new RefusedException(
          "the input of "
              + previous.interval()
              + " has other rows than attempt "
              + previous.token()
              + " has published: "
              + input.count()
              + " now, "
              + previous.keys().count()
              + " then"
              + examples.stream()
                  .map(row -> words(key, row))
                  .collect(
                      Collectors.joining(
                          " and ", lost.isEmpty() ? ", such as " : "; gone are such as ", ""))
              + ". A replay would mix two states of the input; "
              + remedy(plan));
    }
    return renamed(rejected.union(added));
  }

  /** The input's files have changed: what was not rejected must come out as it was published. */
  private void requireOthersUnchanged() {
    Dataset<Row> input = plan.input().ofInterval();
    Dataset<Row> now =
        ScoredRows.of(
            plan,
            input.join(keys, sameKey(), "left_anti"),
            plan.job().name() + TRIAL,
            Optional.empty());
    requireSameColumns(now.schema());
    Dataset<Row> then = published.join(keys, sameKey(), "left_anti");
    List<Row> differing = new RowsCompared(plan).differing(then, now, MOST_NAMED);
    if (!differing.isEmpty()) {
      throw new RefusedException(
          "the input of "
              + previous.interval()
              + " is another than when attempt "
              + previous.token()
              + " was published, also in rows that were not rejected: "
              + differing.stream().map(row -> words(key, row)).collect(Collectors.joining(" and "))
              + " would come out otherwise"
              + (plan.scoring().bundle().digest().equals(previous.bundle().digest())
                  ? ""
                  : ", be it by the input or by the bundle, which is another one too")
              + ". A replay would mix two states; "
              + remedy(plan));
    }
  }

  private void requireSameColumns(StructType again) {
    List<String> differences = new ArrayList<>();
    List<String> there = List.of(published.schema().fieldNames());
    for (StructField field : again.fields()) {
      if (field.name().equals(ReservedColumns.SAMPLE)) {
        continue;
      }
      if (!there.contains(field.name())) {
        differences.add("'" + field.name() + "' is new");
      } else if (!type(published.schema(), field.name()).equals(field.dataType().catalogString())) {
        differences.add(
            "'"
                + field.name()
                + "' was a "
                + type(published.schema(), field.name())
                + " and is a "
                + field.dataType().catalogString());
      }
    }
    List<String> now = Arrays.asList(again.fieldNames());
    there.stream()
        .filter(name -> !now.contains(name) && !name.equals(ReservedColumns.SAMPLE))
        .forEach(name -> differences.add("'" + name + "' is gone"));
    if (!differences.isEmpty()) {
      throw new RefusedException(
          "the columns of the result are other ones than those of attempt "
              + previous.token()
              + ": "
              + String.join(", ", differences)
              + "; rows of both cannot stand in one result; "
              + remedy(plan));
    }
  }

  private static String type(StructType columns, String name) {
    return columns.apply(name).dataType().catalogString();
  }

  private static String remedy(Plan plan) {
    return "score the interval anew: nightjar run "
        + plan.job().name()
        + " --interval "
        + plan.interval().id();
  }

  private static String words(List<String> key, Row row) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      parts.add(key.get(i) + "=" + Told.value(row.get(i)));
    }
    return String.join(", ", parts);
  }

  private static Dataset<Row> columns(Dataset<Row> rows, List<String> names) {
    return rows.select(names.stream().map(InputRows::quoted).toArray(Column[]::new));
  }

  /** Under names of their own: they are joined to the rows that they are taken from. */
  private static Dataset<Row> renamed(Dataset<Row> keys) {
    String[] names = new String[keys.columns().length];
    Arrays.setAll(names, Replay::name);
    return keys.toDF(names);
  }

  private static String name(int place) {
    return ReservedColumns.PREFIX + "key_" + place;
  }

  /** Nulls are equal here: a row without a key was rejected too. */
  private Column sameKey() {
    Column same = lit(true);
    for (int i = 0; i < key.size(); i++) {
      same = same.and(InputRows.quoted(key.get(i)).eqNullSafe(col(name(i))));
    }
    return same;
  }
}
