package dev.nightjar.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinedRowsTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void timesAreMicrosecondsWhicheverClassSparkHasForThem(boolean java8Api) throws IOException {
    try (SparkSession spark = session(java8Api)) {
      Dataset<Row> rows =
          spark.sql(
              "select timestamp_micros(1383458400000001) as time, 1.5D as number, 'UA' as text,"
                  + " cast(null as double) as nothing");
      List<Map<String, @Nullable Object>> read = new ArrayList<>();
      JoinedRows.of(rows).forEachRemaining(read::add);
      assertThat(read).hasSize(1);
      assertThat(read.get(0))
          .containsEntry("time", 1383458400000001L)
          .containsEntry("number", 1.5)
          .containsEntry("text", "UA")
          .containsEntry("nothing", null);
    }
  }

  private static SparkSession session(boolean java8Api) {
    return SparkSession.builder()
        .master("local[1]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.datetime.java8API.enabled", java8Api)
        .getOrCreate();
  }
}
