package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What executors have found out about many files comes to the driver. */
class ParquetKindsTest {
  @ParameterizedTest
  @ValueSource(classes = {JavaSerializer.class, KryoSerializer.class})
  void what_executors_found_arrives_by_either_serializer_of_spark(
      Class<? extends Serializer> serializer) throws ReflectiveOperationException {
    ParquetFile file =
        new ParquetFile(
            "file:/a.parquet",
            new StructType().add("x", DataTypes.DoubleType),
            Map.of("x", true),
            Set.of("y"),
            Map.of("odd", "INT32 (TIME_MILLIS)"),
            true,
            "");
    ParquetColumns.Kind kind = ParquetColumns.Kind.of(file);

    assertThat(ViewIndexTest.sent(kind, ParquetColumns.Kind.class, serializer)).isEqualTo(kind);
  }
}
