package dev.nightjar.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.KeyDigest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyDigestsTest {
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(128);
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = SparkTest.session();
  }

  /** By hand: tag, length, bytes; the first 16 bytes of SHA-256; summed as unsigned numbers. */
  @Test
  void equalsAnIndependentComputation() throws Exception {
    Dataset<Row> rows =
        spark.sql(
            "SELECT * FROM VALUES"
                + " (true, 7Y, 'ığ', date'1969-12-31', timestamp'2013-11-05 00:00:00.000001Z',"
                + "  timestamp_ntz'2013-11-05 00:00:00', 1.50BD),"
                + " (null, null, null, null, null, null, null)"
                + " AS t(flag, small, name, day, at, wall, `amount.x`)");
    List<String> keys = List.of("flag", "small", "name", "day", "at", "wall", "amount.x");
    long micros = 1_383_609_600_000_000L;
    BigInteger first =
        hash(
            value(1, new byte[] {1}),
            value(2, whole(7)),
            value(3, "ığ".getBytes(StandardCharsets.UTF_8)),
            value(4, whole(-1)),
            value(5, whole(micros + 1)),
            value(5, whole(micros)),
            value(6, "1.5".getBytes(StandardCharsets.UTF_8)));
    byte[][] nulls = new byte[7][];
    Arrays.fill(nulls, nothing());
    BigInteger sum = first.add(hash(nulls)).mod(MODULUS);
    KeyDigest digest = KeyDigests.of(rows, keys);
    assertThat(digest.count()).isEqualTo(2);
    assertThat(digest.hex()).isEqualTo(hex(sum));
  }

  @Test
  void manyRowsInAnyPartitionsAndWidthsGiveTheSameSum() throws Exception {
    BigInteger sum = BigInteger.ZERO;
    for (int id = 0; id < 500; id++) {
      sum = sum.add(hash(value(2, whole(id))));
    }
    String hex = hex(sum);
    Dataset<Row> rows = spark.range(500).toDF("id");
    for (String type : List.of("bigint", "int", "smallint")) {
      for (int partitions : List.of(1, 7)) {
        Dataset<Row> one = rows.withColumn("id", rows.col("id").cast(type)).repartition(partitions);
        assertThat(KeyDigests.of(one, List.of("id"))).isEqualTo(KeyDigest.of(500, hex));
      }
    }
    assertThat(KeyDigests.of(rows.where("id < 0"), List.of("id"))).isEqualTo(KeyDigest.EMPTY);
  }

  @Test
  void noSessionSettingHasAPart() {
    String query =
        "SELECT timestamp_seconds(id * 9999) at, date_from_unix_date(id * 37) day,"
            + " timestamp_ntz'2013-03-31 02:30:00' + make_dt_interval(id) wall FROM range(300)";
    List<String> keys = List.of("at", "day", "wall");
    KeyDigest expected = KeyDigests.of(spark.sql(query), keys);
    for (String zone : List.of("America/New_York", "Asia/Kathmandu")) {
      for (String java8 : List.of("true", "false")) {
        spark.conf().set("spark.sql.session.timeZone", zone);
        spark.conf().set("spark.sql.datetime.java8API.enabled", java8);
        try {
          assertThat(KeyDigests.of(spark.sql(query), keys)).isEqualTo(expected);
        } finally {
          spark.conf().set("spark.sql.session.timeZone", "UTC");
          spark.conf().unset("spark.sql.datetime.java8API.enabled");
        }
      }
    }
  }

  @Test
  void lostAndDoubledRowsAreSeenAndNamed() {
    Dataset<Row> input = spark.range(100).selectExpr("cast(id as int) id", "'c' || id % 3 carrier");
    Dataset<Row> output =
        input
            .where("id <> 17")
            .union(input.where("id = 4"))
            .union(input.where("id = 4"))
            .union(input.limit(1).selectExpr("cast(null as int)", "'new'"));
    List<String> keys = List.of("id", "carrier");
    assertThat(KeyDigests.of(output, keys)).isNotEqualTo(KeyDigests.of(input, keys));
    KeyDigests.Difference difference = KeyDigests.exactDiff(input, output, keys, 10);
    assertThat(difference.lost()).containsExactly("id=17, carrier=c2");
    assertThat(difference.unexpected())
        .containsExactly("id=null, carrier=new", "id=4, carrier=c1 (2 times)");
    assertThat(KeyDigests.exactDiff(input, input.orderBy("carrier"), keys, 10).isEmpty()).isTrue();
    assertThat(KeyDigests.exactDiff(input, input.limit(0), keys, 3).lost()).hasSize(3);
    assertThat(difference.isEmpty()).isFalse();
  }

  @Test
  void aSwapOfKeysBetweenColumnsIsSeen() {
    Dataset<Row> one = spark.sql("SELECT '1' a, '23' b");
    Dataset<Row> other = spark.sql("SELECT '12' a, '3' b");
    assertThat(KeyDigests.of(one, List.of("a", "b")))
        .isNotEqualTo(KeyDigests.of(other, List.of("a", "b")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cast(id as float)", "cast(id as double)", "cast('a' as binary)", "array(id)",
        "struct(id)", "map(id, id)", "null", "interval '1' day"
      })
  void whatCannotBeAKeyIsRefusedByName(String expression) {
    Dataset<Row> rows = spark.range(1).selectExpr("id", expression + " as price");
    assertThatThrownBy(() -> KeyDigests.of(rows, List.of("id", "price")))
        .isInstanceOf(ResultException.class)
        .hasMessageStartingWith("key column 'price' has type ");
    assertThatThrownBy(() -> KeyDigests.exactDiff(rows, rows, List.of("price"), 1))
        .hasMessageContaining("which cannot be a key");
  }

  @Test
  void aMissingKeyColumnIsNamed() {
    assertThatThrownBy(() -> KeyDigests.of(spark.range(1).toDF("id"), List.of("ID")))
        .hasMessage("key column 'ID' is not among the rows' columns; name one of id");
  }

  private static String hex(BigInteger sum) {
    return String.format(Locale.ROOT, "%032x", sum.mod(MODULUS));
  }

  private static byte[] value(int tag, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(out);
    data.writeByte(tag);
    data.writeInt(bytes.length);
    data.write(bytes);
    return out.toByteArray();
  }

  private static byte[] nothing() {
    return new byte[] {0, -1, -1, -1, -1};
  }

  private static byte[] whole(long value) {
    return java.nio.ByteBuffer.allocate(8).putLong(value).array();
  }

  private static BigInteger hash(byte[]... values) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (byte[] value : values) {
      sha256.update(value);
    }
    return new BigInteger(1, Arrays.copyOf(sha256.digest(), 16));
  }
}
