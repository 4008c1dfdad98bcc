package dev.nightjar.feature.spark;

import dev.nightjar.feature.FileSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** CSV files as texts, with the lines that do not fit marked. */
final class CsvLines {
  private CsvLines() {}

  /** The reader with what the source says of its format. */
  static DataFrameReader prepared(DataFrameReader reader, FileSource source) {
    return reader
        .option("header", source.header())
        .option("sep", source.delimiter())
        .option("encoding", "UTF-8")
        .option("quote", "\"")
        .option("escape", "\"")
        .option("nullValue", "")
        .option("emptyValue", "")
        .option("inferSchema", false)
        .option("mode", "PERMISSIVE")
        .option("enforceSchema", false);
  }

  /**
   * The columns' names, for which the first line of a file is read.
   *
   * @throws TableException when two columns have one name
   */
  static List<String> names(DataFrameReader prepared, FileSource source, String path) {
    List<String> names = List.of(prepared.csv(path).columns());
    if (source.header() && mayBeRenamed(names)) {
      Row header = prepared.option("header", false).csv(path).head();
      prepared.option("header", true);
      List<String> written = new ArrayList<>();
      for (int i = 0; i < header.size(); i++) {
        written.add(header.isNullAt(i) ? "" : header.getString(i));
      }
      FileTables.refuseTwins(source, written);
    }
    return names;
  }

  /** Of columns of one name Spark makes {@code temp0} and {@code temp3}, by their places. */
  private static boolean mayBeRenamed(List<String> names) {
    Set<String> bases = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String place = Integer.toString(i);
      String name = Columns.folded(names.get(i));
      if (name.endsWith(place) && !bases.add(name.substring(0, name.length() - place.length()))) {
        return true;
      }
    }
    return false;
  }

  /** The lines, whose columns have these names. */
  static Dataset<Row> read(
      DataFrameReader prepared, String path, Listing listing, List<String> names) {
    Set<String> partitions = listing.partitionColumns();
    StructType texts = new StructType();
    // Partition columns last and as texts: Spark would make a 7 of '007'.
    for (String name : names) {
      if (!partitions.contains(name)) {
        texts = texts.add(name, DataTypes.StringType);
      }
    }
    texts = texts.add(TableReader.MALFORMED, DataTypes.StringType);
    for (String name : names) {
      if (partitions.contains(name)) {
        texts = texts.add(name, DataTypes.StringType);
      }
    }
    return prepared
        .schema(texts)
        .option("columnNameOfCorruptRecord", TableReader.MALFORMED)
        // With pruning a line is only split as far as it is asked for, and is never too short.
        .option("columnPruning", false)
        .csv(path);
  }

  /** The malformed line; Spark refuses to read that column alone, so another one stands by. */
  static Column malformed(String[] columns) {
    Column other = functions.coalesce(Columns.named(columns[0]), functions.lit(""));
    return functions.concat(Columns.named(TableReader.MALFORMED), functions.substring(other, 1, 0));
  }

  /** The text, or null for the texts that stand for null. */
  static Column orNull(Column text, FileSource source) {
    Column isNull = text.equalTo("");
    if (source.nullValue().isPresent()) {
      isNull = isNull.or(text.equalTo(source.nullValue().get()));
    }
    return functions.when(isNull, functions.lit(null)).otherwise(text);
  }
}
