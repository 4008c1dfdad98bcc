package dev.nightjar.sink.jdbc;

import dev.nightjar.sink.SinkException;
import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * A task's part of the rows, copied into the staging table in a transaction of the task's own. All
 * rows of one try carry its number, so those of a try that Spark has given up, or that died after
 * its commit, are told apart.
 */
final class StageLoad implements FlatMapFunction<Iterator<InternalRow>, long[]> {
  @Serial private static final long serialVersionUID = 1L;

  private static final int LOOK_EVERY = 1024;

  private final Connector connector;
  private final String copy;
  private final ResultColumns columns;
  private final StructType schema;
  private final List<String> key;

  /**
   * @param stage the staging table, whose first column is the try and whose others are the columns
   */
  StageLoad(
      Connector connector,
      TableName stage,
      ResultColumns columns,
      StructType schema,
      List<String> key) {
    this.connector = connector;
    this.copy = "copy " + stage.quoted() + " from stdin (format binary)";
    this.columns = columns;
    this.schema = schema;
    this.key = new ArrayList<>(key);
  }

  /** The number of this try and how many rows it has copied. */
  @Override
  public Iterator<long[]> call(Iterator<InternalRow> rows) {
    TaskContext task = TaskContext.get();
    try (Connection connection = connector.connect()) {
      CopyIn to = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy);
      try {
        long copied = copy(rows, to, task);
        return List.of(new long[] {task.taskAttemptId(), copied}).iterator();
      } finally {
        if (to.isActive()) {
          to.cancelCopy();
        }
      }
    } catch (SQLException e) {
      throw connector.refusal("does not take rows into its staging table", e);
    }
  }

  private long copy(Iterator<InternalRow> rows, CopyIn to, TaskContext task) throws SQLException {
    CopyBuffer buffer = new CopyBuffer();
    buffer.begin();
    long copied = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      buffer.putShort(columns.size() + 1);
      buffer.putInt(Long.BYTES);
      buffer.putLong(task.taskAttemptId());
      for (int i = 0; i < columns.size(); i++) {
        try {
          columns.type(i).put(buffer, row, i);
        } catch (ColumnType.UnstorableException e) {
          throw unstorable(row, i, String.valueOf(e.getMessage()));
        }
      }
      buffer.sendIfMuch(to);
      if (++copied % LOOK_EVERY == 0 && task.isInterrupted()) {
        throw new TaskKilledException("given up by Spark");
      }
    }
    buffer.end();
    buffer.send(to);
    to.endCopy();
    return copied;
  }

  private SinkException unstorable(InternalRow row, int column, String what) {
    List<String> named = new ArrayList<>();
    for (String name : key) {
      int i = schema.fieldIndex(name);
      Object value =
          CatalystTypeConverters.convertToScala(
              row.get(i, schema.apply(i).dataType()), schema.apply(i).dataType());
      named.add(name + " = " + String.valueOf(value).replace('\0', '\u2400'));
    }
    return new SinkException.Misfit(
        "column",
        columns.name(column),
        "holds " + what + " in the row " + String.join(", ", named) + ", and PostgreSQL cannot",
        "change it in the input, for example with sql: and replace(name, char(0), ''); nothing was"
            + " changed");
  }
}
