package dev.nightjar.feature.spark;

import dev.nightjar.data.Sha256;
import dev.nightjar.feature.IcebergSource;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The states of Iceberg tables, each looked up once, by the tables' own metadata and without Spark.
 * Not thread-safe.
 */
final class IcebergStates {
  private final Configuration hadoop;
  private final Path projectDirectory;
  private final Map<IcebergSource, State> states = new HashMap<>();

  /**
   * A table at one moment, which is not looked up again.
   *
   * @param snapshot null for a table into which nothing has been written
   */
  record State(Table table, @Nullable Snapshot snapshot) {}

  IcebergStates(Configuration hadoop, String projectDirectory) {
    this.hadoop = hadoop;
    this.projectDirectory = new Path(projectDirectory);
  }

  /** SHA-256 over which table it is and which of its snapshots is read. */
  String digest(IcebergSource source) {
    State state = state(source);
    return Sha256.of(
        state.table.uuid()
            + "\n"
            + (state.snapshot == null ? "none" : state.snapshot.snapshotId()));
  }

  /** The snapshot that is read; empty for a table that has none yet. */
  OptionalLong snapshot(IcebergSource source) {
    Snapshot snapshot = state(source).snapshot;
    return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.snapshotId());
  }

  /** Files and bytes of the snapshot, as it says itself. */
  TableReader.Size size(IcebergSource source) {
    Snapshot snapshot = state(source).snapshot;
    return snapshot == null
        ? TableReader.Size.NONE
        : new TableReader.Size(
            figure(snapshot, "total-data-files"), figure(snapshot, "total-files-size"));
  }

  private static long figure(Snapshot snapshot, String name) {
    return Long.parseLong(snapshot.summary().getOrDefault(name, "0"));
  }

  /** The table as it was when it was first asked for. */
  State state(IcebergSource source) {
    return states.computeIfAbsent(source, this::look);
  }

  private State look(IcebergSource source) {
    Path warehouse = warehouse(source);
    requireWarehouse(source, warehouse);
    Table table = SerializableTable.copyOf(new IcebergCatalog(source, warehouse, hadoop).load());
    for (Types.NestedField field : table.schema().columns()) {
      if (field.type().typeId() == Type.TypeID.TIMESTAMP_NANO) {
        throw new TableException(
            TableReader.named(source)
                + ": the column '"
                + field.name()
                + "' is "
                + field.type()
                + ", a time in nanoseconds, which Spark does not read from Iceberg; write it as"
                + " timestamptz, with microseconds");
      }
    }
    if (source.snapshot().isEmpty()) {
      return new State(table, table.currentSnapshot());
    }
    Snapshot snapshot = table.snapshot(source.snapshot().getAsLong());
    if (snapshot == null) {
      throw TableException.misdeclared(noSnapshot(source, table));
    }
    return new State(table, snapshot);
  }

  private static String noSnapshot(IcebergSource source, Table table) {
    String said =
        TableReader.named(source)
            + ": there is no snapshot "
            + source.snapshot().getAsLong()
            + "; it has expired or is of another table. ";
    long first = Long.MAX_VALUE;
    int count = 0;
    for (Snapshot one : table.snapshots()) {
      first = Math.min(first, one.timestampMillis());
      count++;
    }
    Snapshot current = table.currentSnapshot();
    if (current == null) {
      return said + "The table has none at all: leave 'snapshot' out, and write to the table";
    }
    return said
        + String.format(
            Locale.ROOT,
            "The table has %d, the oldest of %s; the current one is %d of %s. Name one of them, or"
                + " leave 'snapshot' out for the current one",
            count,
            Instant.ofEpochMilli(first),
            current.snapshotId(),
            Instant.ofEpochMilli(current.timestampMillis()));
  }

  private Path warehouse(IcebergSource source) {
    Path path = new Path(source.warehouse().text());
    return path.isAbsolute() ? path : new Path(projectDirectory, path);
  }

  /** Where the folders are the catalog, there must be some. */
  private void requireWarehouse(IcebergSource source, Path warehouse) {
    if (source.catalog().isPresent()) {
      return;
    }
    try {
      FileSystem files = warehouse.getFileSystem(hadoop);
      if (!files.exists(warehouse)) {
        throw new TableException(
            TableReader.named(source)
                + ": the warehouse "
                + warehouse
                + " does not exist. Relative paths begin at "
                + projectDirectory);
      }
    } catch (IOException e) {
      throw new TableException(
          TableReader.named(source)
              + ": the warehouse "
              + warehouse
              + " cannot be listed: "
              + TableException.firstLine(e),
          e);
    }
  }
}
