package dev.nightjar.feature.spark;

import dev.nightjar.feature.FileSource;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * What Spark's CSV reader changes without a word: it ends a quoted value at the line's end, puts
 * another character where bytes are no UTF-8, and passes over lines of nothing but NUL bytes.
 */
final class CsvText {
  private static final int SHOWN = 120;

  private CsvText() {}

  /**
   * Reads the lines as they stand.
   *
   * @throws TableException naming the file and the line with which something is wrong
   */
  static void requireSound(DataFrameReader reader, FileSource source, String path) {
    Column line = functions.col("value");
    Column broken =
        functions
            .when(functions.expr("not is_valid_utf8(value)"), functions.lit(Fault.NOT_UTF8.name()))
            .when(
                line.contains("\"")
                    .and(
                        functions
                            .udf(
                                new EndsInQuotes(source.delimiter().charAt(0)),
                                DataTypes.BooleanType)
                            .apply(line)),
                functions.lit(Fault.OPEN_QUOTE.name()))
            .when(
                line.contains("\0")
                    .and(functions.btrim(line, functions.lit("\0 \t\r")).equalTo("")),
                functions.lit(Fault.NUL.name()));
    Row[] found =
        (Row[])
            reader
                .textFile(path)
                .select(
                    broken.as("fault"),
                    functions.col("_metadata.file_path"),
                    functions.substring(line, 1, SHOWN))
                .filter(functions.col("fault").isNotNull())
                .take(1);
    for (Row row : found) {
      throw new TableException(
          TableReader.named(source)
              + ": "
              + row.getString(1)
              + " has a line "
              + Fault.valueOf(row.getString(0)).words
              + ": "
              + row.getString(2).replace("\0", "\\0"));
    }
  }

  private enum Fault {
    NOT_UTF8("with bytes that are not UTF-8; write the file in UTF-8. The line begins"),
    OPEN_QUOTE(
        "that ends within quotes; a value of a CSV file may hold no line break here, and a quote is"
            + " closed before the next delimiter. Mend it, or write the table as Parquet. The line"
            + " begins"),
    NUL(
        "of NUL bytes alone, as crashed machines leave them; write the file again. The line begins");

    private final String words;

    Fault(String words) {
      this.words = words;
    }
  }

  /** Whether a value that begins with a quote is still open where the line ends (RFC 4180). */
  record EndsInQuotes(char delimiter) implements UDF1<String, Boolean> {
    @Override
    public Boolean call(String line) {
      int at = 0;
      while (at < line.length()) {
        if (line.charAt(at) == '"') {
          int close = closing(line, at + 1);
          if (close < 0) {
            return true;
          }
          at = close + 1;
        }
        int next = line.indexOf(delimiter, at);
        if (next < 0) {
          return false;
        }
        at = next + 1;
      }
      return false;
    }

    private static int closing(String line, int from) {
      int at = line.indexOf('"', from);
      while (at >= 0 && at + 1 < line.length() && line.charAt(at + 1) == '"') {
        at = line.indexOf('"', at + 2);
      }
      return at;
    }
  }
}
