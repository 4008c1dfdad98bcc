package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are not what a view says: one message with the thing and the remedy. */
class BadSourcesTest {
  private final SparkSession spark = TestSpark.session();
  @TempDir Path project;

  @Test
  void a_time_that_is_a_text_is_told_by_file_column_and_type() {
    spark
        .sql("select 'a' k, '2024-03-05 08:00:00' ts, 1.0D v")
        .write()
        .parquet(project.resolve("t").toString());
    FeatureView view = view(Source.parquet("t"));

    assertThatThrownBy(() -> read(view))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("source 't': column 'ts' is string (in ")
        .hasMessageEndingWith(" and must be a time; write the table with a timestamp there");
  }

  @Test
  void columns_of_one_name_are_told_and_not_numbered() throws IOException {
    Files.writeString(project.resolve("t.csv"), "k,v,ts,V\na,1,2024-03-05,2\n");
    assertThatThrownBy(() -> read(view(Source.csv("t.csv"))))
        .isInstanceOf(TableException.class)
        .hasMessage(
            "source 't.csv' has the columns 'v' and 'V', which Spark cannot tell apart; rename one");

    Files.writeString(project.resolve("u.csv"), "k,v,ts,v\na,1,2024-03-05,2\n");
    assertThatThrownBy(() -> read(view(Source.csv("u.csv"))))
        .hasMessage("source 'u.csv' has the column 'v' twice; rename one");

    // Names that look like those which Spark makes of two equal ones.
    Files.writeString(project.resolve("w.csv"), "v0,v1,v2\n1,2,3\n");
    Dataset<Row> sound =
        new TableReader(spark, project.toString())
            .read(Source.csv("w.csv"), Map.of(), Map.<String, DataType>of());
    assertThat(Arrays.asList(sound.columns())).startsWith("v0", "v1", "v2");
    assertThat(sound.head().getString(1)).isEqualTo("2");
  }

  @Test
  void keys_of_two_kinds_and_names_that_collide_are_told_before_anything_is_read() {
    FeatureView view = view(Source.csv("t.csv"));

    assertThat(check(view, "k long, v double, at timestamp", "k string, ts timestamp, v double"))
        .anyMatch(
            text ->
                text.startsWith(
                    "key 'k' of view 'w' is long in the input and string in the view ('k'), which do"
                        + " not compare without loss; declare 'columns: {k: string}' for the input"))
        .anyMatch(
            text ->
                text.startsWith("feature 'v' of view 'w' has the name of the input's column 'v'"))
        .hasSize(2);
    assertThat(check(view, "k double, at timestamp", "k double, ts timestamp, v double"))
        .singleElement()
        .asString()
        .startsWith("key 'k' of view 'w' is double in the input; floating-point numbers cannot be");
  }

  @Test
  void event_times_of_the_future_or_none_answer_nobody_and_the_row_says_so() throws IOException {
    Files.writeString(
        project.resolve("t.csv"), "k,ts,v\na,2999-01-01T00:00:00Z,1\na,,2\nb,soon,3\n");

    Dataset<Row> joined =
        PointInTimeJoin.of(List.of(view(Source.csv("t.csv"))), this::read)
            .join(
                spark.sql("select explode(array('a', 'b')) k, timestamp'2024-03-05 08:00:00Z' at"),
                Optional.of("at"),
                Optional.empty());

    assertThat(joined.select("k", "v", "_nightjar_flags").collectAsList())
        .extracting(row -> row.get(0) + " " + row.get(1) + " " + row.getList(2))
        .containsExactlyInAnyOrder("a null [no-row:w]", "b null [no-row:w]");
  }

  private static List<String> check(FeatureView view, String input, String table) {
    return new JoinCheck(StructType.fromDDL(input), Optional.of("at"))
        .of(List.of(view), Map.of("w", StructType.fromDDL(table)));
  }

  private Dataset<Row> read(FeatureView view) {
    return new TableReader(spark, project.toString()).read(view, Map.of());
  }

  private static FeatureView view(Source source) {
    return PointInTimeJoinTest.view(
            "w", Map.of("k", "k"), Optional.empty(), PointInTimeJoinTest.feature("v"))
        .withSource(Optional.of(source));
  }
}
