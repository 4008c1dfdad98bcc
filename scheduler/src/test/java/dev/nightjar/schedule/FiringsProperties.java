package dev.nightjar.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.schedule.Schedule.CatchUp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class FiringsProperties {
  /** Across the end of summer time in the north and its beginning in the south. */
  private static final Instant FROM = Instant.parse("2024-10-25T00:00:00Z");

  private static final long SECONDS = 14 * 24 * 3_600L;

  @Provide
  Arbitrary<ZoneId> zones() {
    return Arbitraries.of("America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Sydney")
        .map(ZoneId::of);
  }

  @Provide
  Arbitrary<String> crons() {
    return Arbitraries.of("0 5 * * * ?", "0 30 2 * * ?", "30 10/20 1-3 * * ?", "0 0 0 ? * MON-FRI");
  }

  @Property(tries = 100)
  void it_does_not_matter_when_a_scheduler_looks(
      @ForAll @From("zones") ZoneId zone,
      @ForAll @From("crons") String cron,
      @ForAll Grain grain,
      @ForAll @Size(max = 12) Set<@LongRange(min = 1, max = SECONDS - 1) Long> looks) {
    Firings firings = new Firings(new Schedule(cron, zone, CatchUp.ALL), grain);
    Instant end = FROM.plusSeconds(SECONDS);
    Set<String> atOnce = ids(firings.due(FROM, end, Duration.ofSeconds(60)));

    List<Instant> times = new ArrayList<>();
    new TreeSet<>(looks).forEach(look -> times.add(FROM.plusSeconds(look)));
    times.add(end);
    Set<String> piecewise = new LinkedHashSet<>();
    Instant last = FROM;
    for (Instant look : times) {
      piecewise.addAll(ids(firings.due(last, look, Duration.ofSeconds(60))));
      last = look;
    }

    assertThat(piecewise).containsExactlyElementsOf(atOnce);
  }

  private static Set<String> ids(List<Firing> firings) {
    Set<String> ids = new LinkedHashSet<>();
    firings.forEach(firing -> assertThat(ids.add(firing.interval().id())).isTrue());
    return ids;
  }
}
