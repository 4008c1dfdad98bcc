package dev.nightjar.faults.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Guard;
import dev.nightjar.faults.Figures;
import dev.nightjar.faults.Figures.Better;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.spark.TableReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bits that flip where a Parquet file holds its values, with and without a look at checksums. */
class FlippedBitsTest {
  private static final int USUAL = 25;

  @TempDir Path folder;

  @Test
  void no_flipped_bit_changes_a_value_in_silence() throws Exception {
    SparkSession spark = BadProject.spark();
    spark
        .range(5_000)
        .selectExpr("id", "cast(hash(id) as double) x", "concat('s', id % 50) s")
        .coalesce(1)
        .write()
        .option("compression", "uncompressed")
        .parquet(folder.resolve("written").toString());
    Path file = folder.resolve("in/a.parquet");
    Files.createDirectories(file.getParent());
    try (Stream<Path> parts = Files.list(folder.resolve("written"))) {
      Files.move(
          parts.filter(p -> p.toString().endsWith(".parquet")).findFirst().orElseThrow(), file);
    }
    byte[] sound = Files.readAllBytes(file);
    int data = sound.length - 8 - footer(sound);
    long right = sum(spark).orElseThrow();
    Random random = new Random(Figures.seed());
    int silent = 0;
    int silentWithout = 0;
    int flips = Figures.trials(USUAL);
    for (int i = 0; i < flips; i++) {
      byte[] bytes = sound.clone();
      bytes[4 + random.nextInt(data - 4)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
      silent += isWrong(sum(spark), right) ? 1 : 0;
      System.setProperty(Guard.PAGE_CHECKSUMS.property(), "true");
      try {
        silentWithout += isWrong(sum(spark), right) ? 1 : 0;
      } finally {
        System.clearProperty(Guard.PAGE_CHECKSUMS.property());
      }
    }

    Figures.report("bits-flipped", flips, Better.HIGHER);
    Figures.report("flips-silent-without-checksums", silentWithout, Better.LOWER);
    Figures.atMost(0, "flips-silent", silent);
    assertThat(silent).as("silent flips, seed " + Figures.seed()).isZero();
    assertThat(silentWithout).as("a test that could not fail would prove nothing").isPositive();
  }

  private static boolean isWrong(Optional<Long> read, long right) {
    return read.isPresent() && read.get() != right;
  }

  /** A digest of all values; empty when the file is refused. */
  private Optional<Long> sum(SparkSession spark) throws IOException {
    try (TableReader tables = new TableReader(spark, folder.toString())) {
      return Optional.of(
          tables
              .read(Source.parquet("in"), Map.of(), Map.of())
              .selectExpr("sum(xxhash64(id, x, s) % 1000000007)")
              .head()
              .getLong(0));
    } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
      if (e instanceof SparkException || e instanceof RuntimeException) {
        return Optional.empty();
      }
      throw new IOException(e);
    }
  }

  private static int footer(byte[] bytes) {
    return ByteBuffer.wrap(bytes, bytes.length - 8, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }
}
