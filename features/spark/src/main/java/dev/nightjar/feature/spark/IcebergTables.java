package dev.nightjar.feature.spark;

import dev.nightjar.feature.IcebergSource;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.spark.TimeTravel;
import org.apache.iceberg.spark.source.SparkTable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.Option;

/**
 * Iceberg tables. A table's state is looked up once: all reads, by whatever task and however often,
 * see one snapshot, whatever is committed meanwhile. Only a snapshot whose files are taken away on
 * the way cannot be read to the end, and says so.
 *
 * <p>The table is read by its own metadata and not through a catalog of the session, so a session
 * needs no settings for it and none of its settings leads elsewhere.
 */
final class IcebergTables {
  private final SparkSession spark;
  private final IcebergStates states;

  IcebergTables(SparkSession spark, String projectDirectory) {
    this.spark = spark;
    this.states = new IcebergStates(spark.sparkContext().hadoopConfiguration(), projectDirectory);
  }

  /** The table. */
  Dataset<Row> read(IcebergSource source, AskedTypes types) {
    IcebergStates.State state = states.state(source);
    // Another snapshot than the current one is read with the columns that it had.
    SparkTable table =
        source.snapshot().isEmpty()
            ? new SparkTable(state.table())
            : SparkTable.create(
                state.table(), TimeTravel.version(Long.toString(source.snapshot().getAsLong())));
    Dataset<Row> raw =
        org.apache.spark.sql.classic.Dataset.ofRows(
            (org.apache.spark.sql.classic.SparkSession) spark,
            DataSourceV2Relation.create(
                table,
                Option.empty(),
                Option.empty(),
                CaseInsensitiveStringMap.empty(),
                Option.empty()));
    FileTables.refuseTwins(source, List.of(raw.columns()));
    FileTables.refuseUnknownColumns(source, List.of(raw.columns()));
    return TypedColumns.of(source, types).in(raw);
  }

  /** SHA-256 over which table it is and which of its snapshots is read. */
  String digest(IcebergSource source) {
    return states.digest(source);
  }

  /** The snapshot that is read; empty for a table that has none yet. */
  OptionalLong snapshot(IcebergSource source) {
    return states.snapshot(source);
  }

  /** Files and bytes of the snapshot, as it says itself. */
  TableReader.Size size(IcebergSource source) {
    return states.size(source);
  }
}
