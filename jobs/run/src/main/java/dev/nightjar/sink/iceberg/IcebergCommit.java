package dev.nightjar.sink.iceberg;

import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.TableSink;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.ParquetUtil;

/** The one transaction of a publication. */
final class IcebergCommit {
  private final Table table;
  private final IcebergSink.Publishing publishing;

  IcebergCommit(Table table, IcebergSink.Publishing publishing) {
    this.table = table;
    this.publishing = publishing;
  }

  /** Widens the table where needed, takes the interval's rows out and the attempt's in. */
  void commit(SchemaFit fit) {
    Snapshot seen = table.currentSnapshot();
    Transaction transaction = table.newTransaction();
    if (!fit.isEqual()) {
      fit.apply(transaction.updateSchema());
    }
    // Spark has written the files, which know columns by their names alone.
    NameMapping names = MappingUtil.create(transaction.table().schema());
    String written = NameMappingParser.toJson(names);
    if (!written.equals(table.properties().get(TableProperties.DEFAULT_NAME_MAPPING))) {
      transaction.updateProperties().set(TableProperties.DEFAULT_NAME_MAPPING, written).commit();
    }
    Expression interval = Expressions.equal(TableSink.INTERVAL, publishing.manifest().interval());
    OverwriteFiles overwrite =
        transaction
            .newOverwrite()
            .overwriteByRowFilter(interval)
            .conflictDetectionFilter(interval)
            .validateNoConflictingData()
            .validateNoConflictingDeletes();
    if (seen != null) {
      overwrite.validateFromSnapshot(seen.snapshotId());
    }
    List<Path> copies = publishing.copies();
    for (int i = 0; i < copies.size(); i++) {
      overwrite.addFile(file(i, transaction.table(), names));
    }
    publishing.summary().forEach(overwrite::set);
    overwrite.commit();
    transaction.commitTransaction();
  }

  private DataFile file(int i, Table evolved, NameMapping names) {
    String path = publishing.copies().get(i).toString();
    Metrics metrics =
        ParquetUtil.fileMetrics(
            evolved.io().newInputFile(path), MetricsConfig.forTable(evolved), names);
    long rows = publishing.files().get(i).rows();
    if (metrics.recordCount() != rows) {
      throw new SinkException(
          "file",
          path,
          "holds " + metrics.recordCount() + " rows and the audited one " + rows,
          "look for trouble with its storage, and run the interval again");
    }
    return DataFiles.builder(evolved.spec())
        .withPath(path)
        .withFormat(FileFormat.PARQUET)
        .withFileSizeInBytes(publishing.files().get(i).bytes())
        .withPartitionPath(TableSink.INTERVAL + "=" + publishing.manifest().interval())
        .withMetrics(metrics)
        .build();
  }
}
