package dev.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.job.Job;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import dev.nightjar.spark.SampledRow;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The rejected rows of published results. */
public final class Quarantine {
  private final SparkSession spark;
  private final Job job;
  private final ResultStore store;
  private final Manifest manifest;

  Quarantine(SparkSession spark, Job job, ResultStore store, Manifest manifest) {
    this.spark = spark;
    this.job = job;
    this.store = store;
    this.manifest = manifest;
  }

  /**
   * A published result with rejected rows.
   *
   * @param manifest of it
   * @param reasons why, most frequent first; empty where the record of its attempt cannot be read
   */
  public record OfInterval(Manifest manifest, List<RunRecord.Rejections> reasons) {
    public OfInterval {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * A rejected row as far as the files hold it.
   *
   * @param key by key column
   * @param why it was rejected
   * @param values that passed through; and of a row of the parity certificate's sample what the
   *     scorer read of it
   * @param flags what had been invented for it
   * @param run that has written it
   */
  public record Rejected(
      Map<String, @Nullable Object> key,
      Rejection why,
      Map<String, @Nullable Object> values,
      List<String> flags,
      String run) {
    public Rejected {
      key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * Some of them.
   *
   * @param matching how many there are that were asked for
   * @param all how many there are in the result
   * @param rows the first of them by key
   */
  public record Shown(long matching, long all, List<Rejected> rows) {}

  /** The published results under an output path that have rejected rows, newest interval first. */
  public static List<OfInterval> list(ResultStore store) {
    return store.published().stream()
        .filter(manifest -> manifest.rows().rejected() > 0)
        .sorted(Comparator.comparing(Manifest::start).reversed())
        .map(manifest -> new OfInterval(manifest, reasons(store, manifest)))
        .toList();
  }

  private static List<RunRecord.Rejections> reasons(ResultStore store, Manifest manifest) {
    return store.records(manifest.interval()).stream()
        .filter(record -> record.token() == manifest.token())
        .findFirst()
        .map(RunRecord::rejections)
        .orElse(List.of());
  }

  /** Those of a stage and a field, where they are asked for. */
  Shown rows(Optional<Stage> stage, Optional<String> field, int limit) {
    Column why = col(ReservedColumns.REJECTION);
    Column wanted = col(ReservedColumns.OUTCOME).equalTo(Outcome.REJECTED.word());
    if (stage.isPresent()) {
      wanted = wanted.and(why.getField("stage").equalTo(lit(stage.get().word())));
    }
    if (field.isPresent()) {
      wanted = wanted.and(why.getField("field").equalTo(lit(field.get())));
    }
    Dataset<Row> rows = Results.whole(spark, store, manifest).filter(wanted);
    Column[] key =
        job.input().key().stream()
            .filter(List.of(rows.columns())::contains)
            .map(InputRows::quoted)
            .toArray(Column[]::new);
    List<Row> first = rows.orderBy(key).takeAsList(limit);
    Optional<Contract> contract = first.isEmpty() ? Optional.empty() : contract();
    return new Shown(
        rows.count(),
        manifest.rows().rejected(),
        first.stream().map(row -> told(row, contract)).toList());
  }

  private Rejected told(Row row, Optional<Contract> contract) {
    List<String> key = job.input().key();
    List<String> columns = List.of(manifest.schema().quarantine().fieldNames());
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (String column : columns) {
      if (!key.contains(column) && !column.startsWith(ReservedColumns.PREFIX)) {
        values.putAll(Told.values(row, List.of(column)));
      }
    }
    byte[] sealed = row.getAs(ReservedColumns.SAMPLE);
    if (sealed != null && contract.isPresent()) {
      SampledRow.open(sealed, contract.get())
          .ifPresent(sample -> values.putAll(Told.values(sample.inputs(), sample.row().input())));
    }
    return new Rejected(
        Told.values(row, key),
        Rejections.of(row).orElseThrow(),
        values,
        List.copyOf(row.getList(row.fieldIndex(ReservedColumns.FLAGS))),
        row.getAs(ReservedColumns.RUN));
  }

  /** Without the bundle, what was sampled cannot be opened; what passed through is told anyway. */
  private Optional<Contract> contract() {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    try {
      Job then =
          ThenBundle.of(hadoop, job, manifest.bundle().digest(), manifest.bundle().label()).job();
      Bundle bundle = Bundle.check(NamedBundle.files(hadoop, then));
      return Optional.of(bundle.manifest().contract());
    } catch (BundleException | RegistryException e) {
      return Optional.empty();
    }
  }
}
