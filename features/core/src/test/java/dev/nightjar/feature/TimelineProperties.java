package dev.nightjar.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.VisibleRows.Outcome;
import dev.nightjar.feature.VisibleRows.RowOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** What a timeline answers at any time is what the rule says of all rows visible by then. */
class TimelineProperties {
  private static final int WIDTH = 2;
  private static final int TIMES = 8;

  /** A row, and from when on it is visible. */
  private record Row(long from, long eventTime, int tieBreak, List<@Nullable Integer> values) {}

  private static final RowOrder<Row> ORDER =
      new RowOrder<>() {
        @Override
        public long eventTime(Row row) {
          return row.eventTime;
        }

        @Override
        public int compareTieBreaks(Row a, Row b) {
          return Integer.compare(a.tieBreak, b.tieBreak);
        }

        @Override
        public boolean isNull(Row row, int value) {
          return row.values.get(value) == null;
        }

        @Override
        public int compareValues(Row a, Row b, int value) {
          return Objects.compare(
              a.values.get(value),
              b.values.get(value),
              Comparator.nullsFirst(Comparator.naturalOrder()));
        }

        @Override
        public boolean sameValues(Row a, Row b, int value) {
          return Objects.equals(a.values.get(value), b.values.get(value));
        }
      };

  @Property(tries = 2_000)
  void it_answers_by_the_rule_at_any_time(@ForAll long seed) {
    Random random = new Random(seed);
    long maxAge = random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(TIMES);
    boolean anyOnTie = random.nextBoolean();
    boolean lastKnown = random.nextBoolean();
    List<Row> rows = rows(random);
    VisibleRows<Row> nothing = new VisibleRows<>(ORDER, maxAge, anyOnTie, lastKnown, WIDTH);
    TreeMap<Long, VisibleRows<Row>> moments = new TreeMap<>();
    for (Row row : rows) {
      new Entry<>(row.from, row).showTo(moments.computeIfAbsent(row.from, from -> nothing.copy()));
    }

    Timeline<Row> timeline = Timeline.of(nothing, moments);

    for (long asOf = -1; asOf <= 2 * TIMES; asOf++) {
      long now = asOf;
      List<Row> visible = rows.stream().filter(row -> row.from <= now).toList();
      VisibleRows<Row> answer = timeline.at(asOf);
      Naive naive = new Naive(visible, now, maxAge, anyOnTie, lastKnown);
      assertThat(answer.outcome(asOf)).as("as of %s of %s", asOf, rows).isEqualTo(naive.outcome());
      if (naive.outcome() == Outcome.MATCHED) {
        for (int value = 0; value < WIDTH; value++) {
          Row row = answer.answering(asOf, value);
          assertThat(row == null ? null : row.values.get(value))
              .as("value %s as of %s of %s", value, asOf, rows)
              .isEqualTo(naive.value(value));
        }
      }
    }
  }

  private static List<Row> rows(Random random) {
    List<Row> rows = new ArrayList<>();
    int count = random.nextInt(9);
    for (int i = 0; i < count; i++) {
      long eventTime = random.nextInt(TIMES);
      List<@Nullable Integer> values = new ArrayList<>();
      for (int value = 0; value < WIDTH; value++) {
        values.add(random.nextInt(4) == 0 ? null : random.nextInt(2));
      }
      rows.add(new Row(eventTime + random.nextInt(3), eventTime, random.nextInt(2), values));
    }
    return rows;
  }

  /** The rule by its words, over all visible rows at once. */
  private record Naive(
      List<Row> visible, long asOf, long maxAge, boolean anyOnTie, boolean lastKnown) {

    Outcome outcome() {
      if (visible.isEmpty()) {
        return Outcome.NO_ROW;
      }
      if (visible.stream().noneMatch(this::isYoung)) {
        return Outcome.STALE;
      }
      boolean tied = IntStream.range(0, lastKnown ? WIDTH : 1).anyMatch(this::isTied);
      return tied && !anyOnTie ? Outcome.TIED : Outcome.MATCHED;
    }

    /** Whether the greatest rows, of which there are young ones, do not say the same. */
    private boolean isTied(int value) {
      List<Row> greatest = greatest(value);
      return !greatest.isEmpty()
          && isYoung(greatest.get(0))
          && greatest.stream()
                  .map(row -> lastKnown ? List.of(row.values.get(value)) : row.values)
                  .distinct()
                  .count()
              > 1;
    }

    /** The rows with the greatest event time and tie-break, of those that can give a value. */
    private List<Row> greatest(int value) {
      Comparator<Row> order =
          Comparator.comparingLong(Row::eventTime).thenComparingInt(Row::tieBreak);
      List<Row> giving =
          visible.stream().filter(row -> !lastKnown || row.values.get(value) != null).toList();
      return giving.stream()
          .max(order)
          .map(top -> giving.stream().filter(row -> order.compare(row, top) == 0).toList())
          .orElse(List.of());
    }

    @Nullable Integer value(int value) {
      Comparator<Row> byValues =
          Comparator.comparing(
                  (Row row) -> row.values.get(lastKnown ? value : 0),
                  Comparator.nullsFirst(Comparator.naturalOrder()))
              .thenComparing(
                  row -> row.values.get(lastKnown ? value : 1),
                  Comparator.nullsFirst(Comparator.naturalOrder()));
      return greatest(value).stream()
          .max(byValues)
          .filter(this::isYoung)
          .map(row -> row.values.get(value))
          .orElse(null);
    }

    private boolean isYoung(Row row) {
      return maxAge == Long.MAX_VALUE || row.eventTime >= asOf - maxAge;
    }
  }
}
