package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.reflect.ClassTag$;

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
            Map.of("odd", "INT32 (TIME_MILLIS)"),
            true,
            "");
    ParquetColumns.Kind kind = new ParquetColumns.Kind(file, 9);
    var instance =
        serializer.getConstructor(SparkConf.class).newInstance(new SparkConf(false)).newInstance();
    var tag = ClassTag$.MODULE$.<ParquetColumns.Kind>apply(ParquetColumns.Kind.class);

    assertThat(instance.deserialize(instance.serialize(kind, tag), tag)).isEqualTo(kind);
  }
}
