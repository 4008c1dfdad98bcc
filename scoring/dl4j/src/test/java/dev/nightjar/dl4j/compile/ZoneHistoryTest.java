package dev.nightjar.dl4j.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZoneHistoryTest {
  private static final long FROM = Instant.parse("1905-01-01T00:00:00Z").toEpochMilli();
  private static final long UNTIL = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "America/New_York", "Asia/Kathmandu", "-07:00"})
  void zones_that_both_tell_alike_are_one(String id) {
    assertThat(ZoneHistory.isOne(id)).isTrue();
  }

  @Test
  void zones_that_are_one_have_the_same_offset_at_any_time() {
    Set<String> both = new TreeSet<>(DateTimeZone.getAvailableIDs());
    both.retainAll(ZoneId.getAvailableZoneIds());
    Random random = new Random(5);
    int compared = 0;
    for (String id : both) {
      if (ZoneHistory.isOne(id)) {
        for (int i = 0; i < 200; i++) {
          long at = FROM + (long) (random.nextDouble() * (UNTIL - FROM));
          int java = ZoneId.of(id).getRules().getOffset(Instant.ofEpochMilli(at)).getTotalSeconds();
          assertThat(DateTimeZone.forID(id).getOffset(at))
              .as(id + " at " + at)
              .isEqualTo(1000 * java);
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(20_000);
  }
}
