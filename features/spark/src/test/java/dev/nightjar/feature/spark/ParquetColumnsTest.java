package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the footers of all files come to. */
class ParquetColumnsTest {
  private static final List<String> TYPES =
      List.of(
          "tinyint",
          "smallint",
          "int",
          "bigint",
          "float",
          "double",
          "decimal(10,2)",
          "decimal(12,2)",
          "decimal(10,3)",
          "string",
          "boolean",
          "date",
          "timestamp",
          "timestamp_ntz",
          "binary");

  /** From which type to which values are widened; nothing else is. */
  private static final Map<String, Set<String>> WIDENED =
      Map.of(
          "tinyint", Set.of("smallint", "int", "bigint", "double"),
          "smallint", Set.of("int", "bigint", "double"),
          "int", Set.of("bigint", "double"),
          "float", Set.of("double"),
          "decimal(10,2)", Set.of("decimal(12,2)"));

  private final SparkSession spark = TestSpark.session();
  @TempDir Path project;

  @Test
  void types_are_widened_as_declared_and_in_no_other_way() {
    Map<String, org.apache.spark.sql.types.DataType> types = new HashMap<>();
    TYPES.forEach(
        name ->
            types.put(
                name,
                org.apache.spark.sql.types.StructType.fromDDL("v " + name).apply(0).dataType()));
    List<String> wrong = new ArrayList<>();
    for (String one : TYPES) {
      for (String other : TYPES) {
        String expected =
            one.equals(other) || WIDENED.getOrDefault(other, Set.of()).contains(one)
                ? one
                : WIDENED.getOrDefault(one, Set.of()).contains(other) ? other : null;
        Object found = ParquetColumns.common(types.get(one), types.get(other));
        if (expected == null ? found != null : !types.get(expected).equals(found)) {
          wrong.add(one + " and " + other + " give " + found);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "tinyint, smallint",
    "smallint, int",
    "int, bigint",
    "int, double",
    "float, double",
    "'decimal(10,2)', 'decimal(12,2)'"
  })
  void spark_reads_the_values_of_both(String narrow, String wide) throws IOException {
    for (boolean vectorized : new boolean[] {true, false}) {
      String folder = "v" + vectorized;
      file(folder + "/a.parquet", "select 'a' f, cast(7 as " + narrow + ") v");
      file(folder + "/b.parquet", "select 'b' f, cast(120 as " + wide + ") v");
      spark.conf().set("spark.sql.parquet.enableVectorizedReader", vectorized);
      try {
        assertThat(
                read(folder).selectExpr("concat(f, cast(v as int))").collectAsList().stream()
                    .map(row -> row.getString(0)))
            .containsExactlyInAnyOrder("a7", "b120");
      } finally {
        spark.conf().unset("spark.sql.parquet.enableVectorizedReader");
      }
    }
  }

  @Test
  void a_column_that_is_not_needed_is_left_out_and_a_needed_one_is_refused() throws IOException {
    file("t/a.parquet", "select 1 id, 1 x, 1.5D odd");
    file("t/b.parquet", "select 2 id, 'text' odd");

    assertThat(
            new TableReader(spark, project.toString())
                .read(Source.parquet("t"), Map.of(), Map.of(), Set.of("id"))
                .columns())
        .containsExactly("id");
    assertThatThrownBy(() -> read("t"))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("the column 'x' is missing in 1 of 2 files, such as ")
        .hasMessageContaining("t/b.parquet; its rows would be read as null");
  }

  @Test
  void columns_that_spark_cannot_tell_apart_are_refused() throws IOException {
    spark.conf().set("spark.sql.caseSensitive", true);
    try {
      file("t/a.parquet", "select 1 id, 2 Age, 3 age");
    } finally {
      spark.conf().unset("spark.sql.caseSensitive");
    }

    assertThatThrownBy(() -> read("t"))
        .hasMessageContaining("a.parquet has the columns 'Age' and 'age'")
        .hasMessageContaining("rename one");
  }

  @Test
  void footers_of_many_files_are_read_by_tasks() throws IOException {
    for (int i = 0; i < 20; i++) {
      file("m/" + i + ".parquet", "select " + i + " id, 1 x");
    }
    assertThat(read("m").count()).isEqualTo(20);

    Files.writeString(project.resolve("m/7.parquet"), "not one of them");
    Files.deleteIfExists(project.resolve("m/.7.parquet.crc"));
    assertThatThrownBy(() -> read("m"))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("m/7.parquet cannot be read as parquet")
        .hasMessageContaining("mend or remove the file");
  }

  private Dataset<Row> read(String path) {
    return new TableReader(spark, project.toString())
        .read(Source.parquet(path), Map.of(), Map.<String, DataType>of());
  }

  private void file(String name, String sql) throws IOException {
    Path written = project.resolve("written" + name.replace('/', '-'));
    spark.sql(sql).coalesce(1).write().parquet(written.toString());
    try (Stream<Path> parts = Files.list(written)) {
      Path part = parts.filter(p -> p.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.createDirectories(project.resolve(name).getParent());
      Files.move(part, project.resolve(name));
    }
  }
}
