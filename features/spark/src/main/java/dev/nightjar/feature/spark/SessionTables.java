package dev.nightjar.feature.spark;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.source.SparkTable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import scala.Option;
import scala.runtime.AbstractPartialFunction;

/**
 * Tables and queries that a session knows. Those of Iceberg in them are read in the state that they
 * have when they are first met: a session looks its tables up anew each time.
 */
final class SessionTables {
  /** As they were when they were first met. */
  private final Map<UUID, Table> tables = new LinkedHashMap<>();

  /** The rows, with each Iceberg table in them in one state. */
  Dataset<Row> inOneState(Dataset<Row> rows) {
    LogicalPlan plan = rows.queryExecution().analyzed();
    LogicalPlan held = plan.transformUpWithSubqueries(new Held());
    return held.fastEquals(plan)
        ? rows
        : org.apache.spark.sql.classic.Dataset.ofRows(JoinPlan.classic(rows), held);
  }

  /** The Iceberg tables that were met, each with its snapshot, one text each. */
  List<String> states() {
    return tables.entrySet().stream()
        .map(
            met -> {
              Snapshot snapshot = met.getValue().currentSnapshot();
              return met.getKey() + " " + (snapshot == null ? "none" : snapshot.snapshotId());
            })
        .sorted()
        .toList();
  }

  /** Puts the first state in the place of a table. */
  private final class Held extends AbstractPartialFunction<LogicalPlan, LogicalPlan> {
    @Override
    public boolean isDefinedAt(LogicalPlan plan) {
      return plan instanceof DataSourceV2Relation relation
          && relation.table() instanceof SparkTable table
          && !isOfOneState(relation, table);
    }

    /** A query that names a snapshot, a branch or a time has its state by itself. */
    private boolean isOfOneState(DataSourceV2Relation relation, SparkTable table) {
      return relation.timeTravelSpec().isDefined()
          || table.branch() != null
          || relation.identifier().isEmpty()
          || !table.table().name().endsWith("." + relation.identifier().get().name());
    }

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      DataSourceV2Relation relation = (DataSourceV2Relation) plan;
      Table met = ((SparkTable) relation.table()).table();
      Table held = tables.computeIfAbsent(met.uuid(), first -> SerializableTable.copyOf(met));
      SparkTable table = new SparkTable(held);
      if (!Arrays.equals(table.columns(), relation.table().columns())) {
        throw new TableException(
            "the Iceberg table " + met.name() + " got other columns while it was read; run again");
      }
      // Without its catalog, by which Spark would look for a newer state.
      return relation.copy(
          table,
          relation.output(),
          Option.empty(),
          Option.empty(),
          relation.options(),
          Option.empty());
    }
  }
}
