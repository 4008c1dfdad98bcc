package dev.nightjar.sink.jdbc;

import static dev.nightjar.sink.jdbc.Attempts.COLUMNS;
import static dev.nightjar.sink.jdbc.Attempts.line;
import static dev.nightjar.sink.jdbc.Attempts.publish;
import static dev.nightjar.sink.jdbc.Attempts.read;
import static dev.nightjar.sink.jdbc.Attempts.sink;
import static dev.nightjar.sink.jdbc.Attempts.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.run.Postgres;
import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.jdbc.JdbcTarget.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A key is there once: with the row of the newest interval that has published it. */
class JdbcMergeTest {
  private static final String MONDAY = "2013-11-04";
  private static final String TUESDAY = "2013-11-05";
  private static final String WEDNESDAY = "2013-11-06";

  private final JdbcSink sink = sink(Write.MERGE);

  @BeforeEach
  void empty() {
    Attempts.emptySchema();
  }

  @Test
  void a_row_takes_the_place_of_an_older_intervals_row_of_its_key() {
    publish(sink, MONDAY, 1, 1, 2);
    publish(sink, TUESDAY, 1, 2, 3);

    assertThat(table())
        .containsExactly(line(MONDAY, 1, 1), line(TUESDAY, 1, 2), line(TUESDAY, 1, 3));
    assertThat(read("select interval, rows from scores.nightjar_published order by 1"))
        .containsExactly("2013-11-04 2", "2013-11-05 2");
  }

  @Test
  void an_older_interval_that_is_run_again_takes_nothing_back() {
    publish(sink, MONDAY, 1, 1, 2);
    publish(sink, TUESDAY, 1, 2, 3);

    assertThat(publish(sink, MONDAY, 2, 1, 2, 3, 4)).isEqualTo(2);

    assertThat(table())
        .containsExactly(
            line(MONDAY, 2, 1), line(MONDAY, 2, 4), line(TUESDAY, 1, 2), line(TUESDAY, 1, 3));
    assertThat(sink.token(MONDAY)).hasValue(2L);
    assertThat(read("select interval, rows from scores.nightjar_published order by 1"))
        .containsExactly("2013-11-04 2", "2013-11-05 2");
  }

  @Test
  void rows_that_are_not_in_the_new_attempt_are_gone_and_those_they_replaced_wait_for_a_run() {
    publish(sink, MONDAY, 1, 1, 2);
    publish(sink, TUESDAY, 1, 2, 3);

    publish(sink, TUESDAY, 2, 3);
    assertThat(table()).containsExactly(line(MONDAY, 1, 1), line(TUESDAY, 2, 3));

    publish(sink, MONDAY, 2, 1, 2);
    assertThat(table())
        .containsExactly(line(MONDAY, 2, 1), line(MONDAY, 2, 2), line(TUESDAY, 2, 3));
  }

  @Test
  void a_key_that_is_there_twice_is_refused_by_name_and_changes_nothing() {
    publish(sink, MONDAY, 1, 1, 2);

    assertThatThrownBy(() -> publish(sink, MONDAY, 2, 9, 5, 7, 5, 9))
        .isInstanceOf(SinkException.class)
        .hasMessage(
            "key 'id = 5' is there 2 times in flight-delay/2013-11-04/2, and write: merge needs each"
                + " key once; make the input's keys unique, add what tells the rows apart to"
                + " input.key, or say write: interval; nothing was changed");

    assertThat(table()).containsExactly(line(MONDAY, 1, 1), line(MONDAY, 1, 2));
    assertThat(sink.token(MONDAY)).hasValue(1L);
  }

  @Test
  void a_table_without_a_unique_index_on_the_key_is_refused_and_any_such_index_will_do() {
    publish(sink(Write.INTERVAL), MONDAY, 1, 1, 2);
    String refusal =
        "has no unique index on (id), which write: merge goes by; make one: create unique index on"
            + " \"scores\".\"flight_delay\" (\"id\")";

    assertThatThrownBy(() -> sink.check(COLUMNS))
        .isInstanceOf(SinkException.class)
        .hasMessageEndingWith(refusal);
    Postgres.execute(
        "create unique index on scores.flight_delay (id) where id > 5",
        "create unique index on scores.flight_delay (id, score)",
        "create unique index on scores.flight_delay ((id + 1))",
        "create unique index on scores.flight_delay (score) include (id)",
        "alter table scores.flight_delay add constraint late unique (id) deferrable");
    assertThatThrownBy(() -> sink.check(COLUMNS))
        .hasMessageContaining(
            "has a deferrable unique index on (id), which write: merge goes by; drop that one, and");
    Postgres.execute("alter table scores.flight_delay drop constraint late");
    assertThatThrownBy(() -> sink.check(COLUMNS)).hasMessageEndingWith(refusal);
    Postgres.execute("create unique index on scores.flight_delay (id) include (score)");

    sink.check(COLUMNS);
    publish(sink, TUESDAY, 1, 2);
    assertThat(table()).containsExactly(line(MONDAY, 1, 1), line(TUESDAY, 1, 2));
  }

  /** Days and attempts in any order, against a plain memory of who has which key. */
  @Test
  void any_order_of_publications_leaves_what_a_plain_memory_has() {
    Random random = new Random(20131105);
    List<String> days = List.of(MONDAY, TUESDAY, WEDNESDAY);
    Map<Long, String[]> memory = new TreeMap<>();
    Map<String, Long> tokens = new TreeMap<>();
    for (int step = 0; step < 12; step++) {
      String day = days.get(random.nextInt(3));
      long last = tokens.getOrDefault(day, 0L);
      long token = last > 1 && random.nextInt(4) == 0 ? last - 1 : last + 1 + random.nextInt(2);
      long[] ids = random.longs(0, 12).distinct().limit(random.nextInt(7)).toArray();

      long stands = publish(sink, day, token, ids);
      if (token > last) {
        tokens.put(day, token);
        memory.values().removeIf(row -> row[0].equals(day));
        for (long id : ids) {
          String[] there = memory.get(id);
          if (there == null || there[0].compareTo(day) < 0) {
            memory.put(id, new String[] {day, line(day, token, id)});
          }
        }
      }
      assertThat(stands).as("step " + step).isEqualTo(tokens.get(day));
    }
    List<String> expected = new ArrayList<>();
    for (String day : days) {
      memory.values().stream().filter(r -> r[0].equals(day)).forEach(r -> expected.add(r[1]));
    }
    assertThat(expected).hasSizeGreaterThan(3);
    assertThat(table()).isEqualTo(expected);
  }
}
