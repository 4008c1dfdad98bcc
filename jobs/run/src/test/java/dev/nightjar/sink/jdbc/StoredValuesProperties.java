package dev.nightjar.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.sink.jdbc.JdbcTarget.Write;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Any value that a reader gets from the database is the one that was published. */
class StoredValuesProperties {
  private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private static final StructType COLUMNS =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("n", DataTypes.createDecimalType(38, 18))
          .add("x", DataTypes.DoubleType)
          .add("f", DataTypes.FloatType)
          .add("t", DataTypes.TimestampType)
          .add("s", DataTypes.StringType)
          .add("a", DataTypes.createArrayType(DataTypes.StringType));

  @Property(tries = 4, shrinking = ShrinkingMode.OFF)
  void values_come_back_as_they_are(@ForAll("rows") List<Row> rows) throws SQLException {
    Attempts.emptySchema();
    List<Row> numbered = new ArrayList<>();
    for (Row row : rows) {
      numbered.add(
          RowFactory.create(
              (long) numbered.size(),
              row.get(0),
              row.get(1),
              row.get(2),
              row.get(3),
              row.get(4),
              row.get(5)));
    }
    Attempts.publishAny(Attempts.sink(Write.INTERVAL), COLUMNS, numbered);

    try (Connection connection = Attempts.connect();
        Statement statement = connection.createStatement();
        ResultSet stored =
            statement.executeQuery(
                "select n, x, f, extract(epoch from t) * 1000000, s, a from scores.flight_delay order"
                    + " by id")) {
      for (Row row : rows) {
        assertThat(stored.next()).isTrue();
        assertThat(stored.getBigDecimal(1)).isEqualByComparingTo(row.getDecimal(0));
        assertThat(stored.getObject(2)).isEqualTo(row.get(1));
        assertThat(stored.getObject(3)).isEqualTo(row.get(2));
        assertThat(stored.getBigDecimal(4).longValueExact()).isEqualTo(micros(row.getAs(3)));
        assertThat(stored.getString(5)).isEqualTo(row.getString(4));
        assertThat((Object[]) stored.getArray(6).getArray()).isEqualTo(row.getAs(5));
      }
      assertThat(stored.next()).isFalse();
    }
  }

  @Provide
  static Arbitrary<List<Row>> rows() {
    Arbitrary<String> texts =
        Arbitraries.strings().all().excludeChars('\0').ofMaxLength(9).filter(text -> isWhole(text));
    return Combinators.combine(
            Arbitraries.bigDecimals()
                .between(new BigDecimal("-1e20"), new BigDecimal("1e20"))
                .ofScale(18),
            Arbitraries.longs().map(Double::longBitsToDouble),
            Arbitraries.integers().map(Float::intBitsToFloat),
            Combinators.combine(
                    Arbitraries.longs().between(FIRST, LAST),
                    Arbitraries.integers().between(0, 999_999))
                .as((second, micros) -> Instant.ofEpochSecond(second, micros * 1000L)),
            texts,
            texts.injectNull(0.1).array(String[].class).ofMaxSize(4))
        .as((n, x, f, t, s, a) -> RowFactory.create(n, x, f, t, s, a))
        .list()
        .ofSize(60);
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
  }

  /** Halves of pairs are no text in UTF-8. */
  private static boolean isWhole(String text) {
    return text.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
  }
}
