package dev.nightjar.sink.iceberg;

import dev.nightjar.contract.Outcome;
import dev.nightjar.feature.IcebergSource;
import dev.nightjar.result.Manifest;
import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.TableSink;
import dev.nightjar.storage.hadoop.HadoopStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * An Iceberg table, partitioned by the interval. A publication is one snapshot: the interval's
 * files out, those of the attempt in, job, interval and token in its summary. Readers keep the
 * snapshot that they began with.
 *
 * <p>The token that the table shows is found by walking back from the current snapshot, so after a
 * roll-back it is again the one that readers see. Where old snapshots have expired it is not found;
 * then claims and manifests alone say who is newer, and of two attempts that commit at once the
 * commit itself lets one through: it is held against every snapshot since the token was looked at.
 */
public final class IcebergSink implements TableSink {
  private static final String JOB = "nightjar.job";
  private static final String OF_INTERVAL = "nightjar.interval";
  private static final String TOKEN = "nightjar.token";
  private static final int TRIES = 10;

  private final Configuration hadoop;
  private final String job;
  private final String name;
  private final TablePlace place;
  private final Path state;

  /**
   * The sink of a job, which asks nothing yet.
   *
   * @param job whose rows the table holds, and no other's
   * @param project against which a relative warehouse is meant
   * @param table where it lies
   * @param state the job's state path
   */
  public IcebergSink(
      Configuration hadoop, String job, String project, IcebergSource table, Path state) {
    this.hadoop = hadoop;
    this.job = job;
    this.name = "the Iceberg " + table.name();
    this.place = new TablePlace(hadoop, project, table);
    this.state = state;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void check(StructType schema) {
    asked(() -> place.load()).ifPresent(table -> requireFit(table, schema));
  }

  private SchemaFit requireFit(Table table, StructType schema) {
    String owner = table.properties().get(JOB);
    if (!job.equals(owner)) {
      throw new SinkException.Misfit(
          "table",
          name,
          owner == null
              ? "was not made by Nightjar"
              : "holds the results of the job '" + owner + "'",
          "publish to another table, which is made where there is none");
    }
    Schema rows = converted(schema);
    if (!table.spec().equals(spec(table.schema()))) {
      throw new SinkException.Misfit(
          "table",
          name,
          "is partitioned by " + table.spec() + " and not by " + INTERVAL + " alone",
          "partition it so again, or publish to another table");
    }
    SchemaFit fit = SchemaFit.of(table.schema(), rows);
    fit.require(name);
    return fit;
  }

  @Override
  public Optional<Long> token(String interval) {
    return asked(() -> place.load()).flatMap(table -> token(table, interval));
  }

  private Optional<Long> token(Table table, String interval) {
    Snapshot at = table.currentSnapshot();
    while (at != null) {
      Map<String, String> summary = at.summary();
      if (interval.equals(summary.get(OF_INTERVAL)) && job.equals(summary.get(JOB))) {
        return Optional.of(Long.parseLong(summary.getOrDefault(TOKEN, "0")));
      }
      at = at.parentId() == null ? null : table.snapshot(at.parentId());
    }
    return Optional.empty();
  }

  @Override
  public long publish(Manifest manifest, Dataset<Row> rows) {
    StructType schema = manifest.schema().scored();
    Table table = asked(() -> loaded(schema));
    long shown = token(table, manifest.interval()).orElse(0L);
    if (shown >= manifest.token()) {
      return shown;
    }
    List<Manifest.DataFile> files =
        manifest.files().stream().filter(file -> file.outcome() == Outcome.SCORED).toList();
    Path folder = new Path(table.location(), "data/" + INTERVAL + "=" + manifest.interval());
    List<FileCopy> copies =
        asked(
            () ->
                FileCopy.of(
                    files,
                    state,
                    folder,
                    manifest.token() + "-",
                    TableFile.ids(table.schema()),
                    rows.sparkSession()));
    return commit(table, new Publishing(job, manifest, copies), schema);
  }

  private Table loaded(StructType schema) {
    Optional<Table> there = place.load();
    if (there.isPresent()) {
      SchemaFit fit = requireFit(there.get(), schema);
      if (!fit.isEqual()) {
        fit.apply(there.get().updateSchema());
        there.get().refresh();
      }
      return there.get();
    }
    Schema columns = withInterval(converted(schema));
    return place.create(
        columns, spec(columns), Map.of(JOB, job, "write.parquet.compression-codec", "zstd"));
  }

  private long commit(Table table, Publishing publishing, StructType schema) {
    RuntimeException last = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        table.refresh();
        Optional<Long> shown = token(table, publishing.manifest().interval());
        if (shown.filter(token -> token >= publishing.manifest().token()).isPresent()) {
          return shown.get();
        }
        requireFit(table, schema);
        publishing.commit(table);
        table.refresh();
        makeDurable(table, publishing);
        return publishing.manifest().token();
      } catch (ValidationException | CommitFailedException e) {
        last = e; // others have changed the table meanwhile; nothing of this was done
      }
    }
    throw new SinkException(
        "table",
        name,
        "could not be committed to, " + TRIES + " times: " + String.valueOf(last),
        "it is as it was; see who else writes to it, or whether its file system can rename, and run"
            + " the interval again",
        last);
  }

  /** What a commit consists of, on file systems where a closed file can be lost in a power cut. */
  private void makeDurable(Table table, Publishing publishing) {
    List<Path> written = new ArrayList<>();
    publishing.copies().forEach(copy -> written.add(copy.path()));
    written.add(new Path(((BaseTable) table).operations().current().metadataFileLocation()));
    for (Snapshot snapshot : table.snapshots()) {
      if (publishing.isOf(snapshot)) {
        written.add(new Path(snapshot.manifestListLocation()));
        snapshot.allManifests(table.io()).stream()
            .filter(file -> file.snapshotId() == snapshot.snapshotId())
            .map(ManifestFile::path)
            .forEach(path -> written.add(new Path(path)));
      }
    }
    String root = new Path(table.location()).toUri().getPath();
    try {
      HadoopStorage.at(hadoop, table.location())
          .makeDurable(
              written.stream()
                  .map(path -> path.toUri().getPath().substring(root.length() + 1))
                  .toList());
    } catch (IOException e) {
      throw new IllegalStateException(
          name + " was committed to, and that cannot be made durable: " + e.getMessage(), e);
    }
  }

  /** Until the commit, nothing that goes wrong has changed what readers see. */
  private <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (SinkException e) {
      throw e;
    } catch (RuntimeException e) { // of Iceberg, its database's driver, Hadoop or Spark
      Throwable cause = e;
      while (cause.getCause() != null && cause.getCause() != cause) {
        cause = cause.getCause();
      }
      throw new SinkException(
          "table",
          name,
          "cannot be reached or written: "
              + String.valueOf(cause.getMessage()).lines().findFirst().orElse("?"),
          "correct output.iceberg, or mend what the cause says; the table is as it was",
          e);
    }
  }

  private static Schema converted(StructType schema) {
    StructField[] columns =
        Arrays.stream(schema.fields())
            .map(field -> new StructField(field.name(), field.dataType(), true, field.metadata()))
            .toArray(StructField[]::new);
    return SparkSchemaUtil.convert(new StructType(columns));
  }

  private static Schema withInterval(Schema rows) {
    return SparkSchemaUtil.convert(
        SparkSchemaUtil.convert(rows)
            .add(INTERVAL, org.apache.spark.sql.types.DataTypes.StringType));
  }

  static PartitionSpec spec(Schema schema) {
    return PartitionSpec.builderFor(schema).identity(INTERVAL).build();
  }

  @Override
  public void close() {
    place.close();
  }

  /**
   * One publication.
   *
   * @param copies of the attempt's files that readers see, in the table's folder
   */
  record Publishing(String job, Manifest manifest, List<FileCopy> copies) {
    boolean isOf(Snapshot snapshot) {
      Map<String, String> summary = snapshot.summary();
      return manifest.interval().equals(summary.get(OF_INTERVAL))
          && Long.toString(manifest.token()).equals(summary.get(TOKEN));
    }

    /** Takes the interval's rows out and the attempt's in, by one snapshot. */
    void commit(Table table) {
      Snapshot seen = table.currentSnapshot();
      Expression interval = Expressions.equal(INTERVAL, manifest.interval());
      OverwriteFiles overwrite =
          table
              .newOverwrite()
              .overwriteByRowFilter(interval)
              .conflictDetectionFilter(interval)
              .validateNoConflictingData()
              .validateNoConflictingDeletes();
      if (seen != null) {
        overwrite.validateFromSnapshot(seen.snapshotId());
      }
      copies.forEach(copy -> overwrite.addFile(file(copy, table)));
      summary().forEach(overwrite::set);
      overwrite.commit();
    }

    private DataFile file(FileCopy copy, Table table) {
      String path = copy.path().toString();
      Metrics metrics =
          ParquetUtil.fileMetrics(table.io().newInputFile(path), MetricsConfig.forTable(table));
      if (metrics.recordCount() != copy.rows()) {
        throw new SinkException(
            "file",
            path,
            "holds " + metrics.recordCount() + " rows and the audited one " + copy.rows(),
            "look for trouble with its storage, and run the interval again");
      }
      return DataFiles.builder(table.spec())
          .withPath(path)
          .withFormat(FileFormat.PARQUET)
          .withFileSizeInBytes(copy.bytes())
          .withPartitionPath(INTERVAL + "=" + manifest.interval())
          .withMetrics(metrics)
          .build();
    }

    Map<String, String> summary() {
      return Map.of(
          JOB,
          job,
          OF_INTERVAL,
          manifest.interval(),
          TOKEN,
          Long.toString(manifest.token()),
          "nightjar.bundle",
          manifest.bundle().digest());
    }
  }
}
