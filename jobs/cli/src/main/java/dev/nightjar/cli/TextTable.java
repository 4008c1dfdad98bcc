package dev.nightjar.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;

/** A table in plain text, columns as wide as their values. */
final class TextTable {
  private static final int WIDEST = 40;

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... header) {
    this.header = List.of(header);
  }

  /** Rows of Spark, which have at least one row. */
  static TextTable of(List<Row> rows) {
    TextTable table = new TextTable(rows.get(0).schema().fieldNames());
    for (Row row : rows) {
      String[] values = new String[row.size()];
      for (int i = 0; i < values.length; i++) {
        Object value = row.get(i);
        values[i] =
            value instanceof scala.collection.Iterable<?> list
                ? list.mkString(" ")
                : String.valueOf(value);
      }
      table.add(values);
    }
    return table;
  }

  /** Adds a row of as many values as the header has. */
  TextTable add(String... values) {
    rows.add(Arrays.stream(values).map(TextTable::shortened).toList());
    return this;
  }

  void print(PrintWriter out) {
    int[] widths = header.stream().mapToInt(String::length).toArray();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    out.println(Console.styled("@|bold " + line(header, widths) + "|@"));
    rows.forEach(row -> out.println(line(row, widths)));
  }

  private static String line(List<String> values, int[] widths) {
    StringBuilder line = new StringBuilder("  ");
    for (int i = 0; i < widths.length; i++) {
      line.append(values.get(i)).append(" ".repeat(widths[i] - values.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }

  private static String shortened(String text) {
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 1) + "…";
  }
}
