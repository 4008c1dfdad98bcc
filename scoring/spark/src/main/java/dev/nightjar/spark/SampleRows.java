package dev.nightjar.spark;

import dev.nightjar.contract.Contract;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Rows of a training set for packaging, from which golden rows are chosen. */
public final class SampleRows {
  private SampleRows() {}

  /**
   * The first rows of a Dataset in the contract's columns.
   *
   * @throws IllegalArgumentException when a column of the contract is absent or of a type that no
   *     contract can name
   */
  public static ColumnBatch take(Dataset<Row> rows, Contract contract, int most) {
    List<String> names = contract.inputSchema().names();
    List<String> there = Arrays.asList(rows.columns());
    for (String name : names) {
      if (!there.contains(name)) {
        throw new IllegalArgumentException(
            "the training sample lacks the contract's input '" + name + "'; it has " + there);
      }
    }
    Dataset<Row> chosen =
        rows.select(
            names.stream()
                .map(name -> functions.col("`" + name.replace("`", "``") + "`"))
                .toArray(Column[]::new));
    return takeAll("the training sample", chosen, most);
  }

  /**
   * The first rows of a Dataset with all its columns.
   *
   * @param place what messages call it
   * @throws IllegalArgumentException when a column is of a type that no contract can name
   */
  public static ColumnBatch takeAll(String place, Dataset<Row> rows, int most) {
    StructType columns = rows.schema();
    List<Field> fields = new ArrayList<>();
    for (StructField column : columns.fields()) {
      fields.add(
          new Field(
              column.name(),
              SparkTypes.ours(column.dataType())
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              String.format(
                                  "%s: the column '%s' is a %s, which no contract can name",
                                  place, column.name(), column.dataType().simpleString())))));
    }
    ColumnBatch.Builder batch = ColumnBatch.builder(Schema.of(fields));
    for (Row row : rows.takeAsList(most)) {
      for (int i = 0; i < row.size(); i++) {
        batch.column(i).add(SparkTypes.value(row.get(i)));
      }
      batch.endRow();
    }
    return batch.build();
  }
}
