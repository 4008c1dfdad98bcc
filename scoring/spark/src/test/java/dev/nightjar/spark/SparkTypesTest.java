package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.DataType;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkTypesTest {

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 0",
    "2013-11-05T08:00:00.123456Z, 1383638400123456",
    "1969-12-31T23:59:59.999999Z, -1",
    "1969-12-31T23:59:59.999999999Z, -1",
    "1969-12-31T23:59:59.9999985Z, -2",
    "1850-06-01T12:00:00Z, -3773736000000000",
    "0001-01-01T00:00:00Z, -62135596800000000",
    "9999-12-31T23:59:59.999999999Z, 253402300799999999",
  })
  void an_instant_becomes_whole_microseconds_cut_downwards(Instant instant, long micros) {
    assertThat(SparkTypes.value(instant)).isEqualTo(micros);
  }

  @ParameterizedTest
  @CsvSource({
    "0",
    "1383638400123456",
    "-1",
    "-3773736000000000",
    "-14831769600000000",
    "-62135596800000000",
    "253402300799999999"
  })
  void a_time_of_java_sql_is_the_time_that_spark_made_it_from(long micros) {
    Object timestamp = DateTimeUtils.toJavaTimestamp(micros);

    assertThat(SparkTypes.value(timestamp)).isEqualTo(micros);
    assertThat(SparkTypes.sparkValue(micros, DataType.TIMESTAMP)).isEqualTo(timestamp);
  }

  @Test
  void small_whole_numbers_widen_and_all_else_stays() {
    assertThat(SparkTypes.value((byte) -128)).isEqualTo(-128);
    assertThat(SparkTypes.value((short) 32767)).isEqualTo(32767);
    assertThat(SparkTypes.value(1L << 40)).isEqualTo(1L << 40);
    assertThat(SparkTypes.value("ı")).isEqualTo("ı");
    assertThat(SparkTypes.value(null)).isNull();
  }

  @Test
  void every_type_of_ours_has_one_of_sparks_and_back() {
    for (DataType type : DataType.values()) {
      assertThat(SparkTypes.ours(SparkTypes.sparks(type))).contains(type);
    }
  }

  @Test
  void types_that_no_contract_can_name_have_none_of_ours() {
    for (org.apache.spark.sql.types.DataType type :
        List.of(
            DataTypes.DateType,
            DataTypes.createDecimalType(10, 2),
            DataTypes.TimestampNTZType,
            DataTypes.BinaryType,
            DataTypes.createArrayType(DataTypes.DoubleType))) {
      assertThat(SparkTypes.ours(type)).as(type.simpleString()).isEmpty();
    }
  }
}
