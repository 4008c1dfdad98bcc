package dev.nightjar.schedule;

import static java.util.Objects.requireNonNull;

import com.cronutils.descriptor.CronDescriptor;
import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import dev.nightjar.config.Section;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * When runs of a job are due.
 *
 * @param cron in Quartz's form: seconds, minutes, hours, day of month, month, day of week[, year]
 * @param zone in which it is meant
 * @param catchUp what is made up for after downtime
 * @param runs how they are run
 * @param readiness what they wait for
 */
public record Schedule(String cron, ZoneId zone, CatchUp catchUp, Runs runs, Readiness readiness) {
  private static final String EXAMPLE = "\"0 30 4 * * ?\" for 4:30 each day";

  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));

  /** Which of the missed intervals are scored late. */
  public enum CatchUp {
    ALL,
    LAST,
    NONE
  }

  /**
   * How the runs of a job go when nobody looks on.
   *
   * @param parallel how many intervals of the job are scored at once, at least 1
   * @param retries how often a run that failed is tried again, at least 0
   * @param timeout after which a run is stopped; empty for never
   */
  public record Runs(int parallel, int retries, Optional<Duration> timeout) {
    /** Where a job says nothing. */
    public static final Runs DEFAULT = new Runs(1, 2, Optional.empty());
  }

  /**
   * What a run waits for, however long after its firing.
   *
   * @param gates all of which must be open
   * @param atMost after the firing; later the run is refused. Without gates it is of no meaning
   */
  public record Readiness(List<Gate> gates, Duration atMost) {
    /** Where a job says nothing: runs begin at once. */
    public static final Readiness NONE = new Readiness(List.of(), Duration.ZERO);

    public Readiness {
      gates = List.copyOf(gates);
    }
  }

  private static final int MOST_PARALLEL = 100;
  private static final int MOST_RETRIES = 100;

  /**
   * A schedule of a sound expression.
   *
   * @throws IllegalArgumentException when the expression is none
   */
  public Schedule {
    requireNonNull(zone, "zone is null");
    PARSER.parse(cron).validate();
  }

  /** One whose runs go as where a job says nothing. */
  public Schedule(String cron, ZoneId zone, CatchUp catchUp) {
    this(cron, zone, catchUp, Runs.DEFAULT);
  }

  /** One whose runs wait for nothing. */
  public Schedule(String cron, ZoneId zone, CatchUp catchUp, Runs runs) {
    this(cron, zone, catchUp, runs, Readiness.NONE);
  }

  /**
   * Reads {@code cron, catch-up, parallel, retries, timeout, wait-for, wait-at-most}, and passes
   * over {@code notify}; empty when the expression is none, which is reported.
   */
  public static Optional<Schedule> read(Section section, ZoneId zone) {
    String cron = section.string("cron");
    CatchUp catchUp = section.choice("catch-up", CatchUp.class, CatchUp.ALL);
    Runs runs = readRuns(section);
    Readiness readiness = readReadiness(section);
    section.has("notify"); // the schedulers' own, who read it with its secrets
    section.refuseUnknownKeys();
    if (cron.isEmpty()) {
      return Optional.empty();
    }
    try {
      Schedule schedule = new Schedule(cron, zone, catchUp, runs, readiness);
      if (schedule.next(Instant.EPOCH).isEmpty()) {
        section.problem(
            "cron",
            section.quote(cron) + " names no day that ever comes; write one such as " + EXAMPLE);
        return Optional.empty();
      }
      return Optional.of(schedule);
    } catch (IllegalArgumentException e) {
      section.problem(
          "cron",
          section.quote(cron)
              + " is not a cron expression of Quartz, such as "
              + EXAMPLE
              + ": "
              + e.getMessage());
      return Optional.empty();
    }
  }

  private static Runs readRuns(Section section) {
    int parallel = (int) section.whole("parallel", Runs.DEFAULT.parallel(), 1, MOST_PARALLEL);
    int retries = (int) section.whole("retries", Runs.DEFAULT.retries(), 0, MOST_RETRIES);
    Optional<Duration> timeout = section.duration("timeout");
    if (timeout.filter(Duration::isZero).isPresent()) {
      section.problem("timeout", "no run ends in no time; leave the key out for no timeout");
    }
    return new Runs(parallel, retries, timeout);
  }

  private static Readiness readReadiness(Section section) {
    List<Gate> gates = Gate.read(section);
    Optional<Duration> atMost = section.duration("wait-at-most");
    if (section.has("wait-for") && atMost.isEmpty()) {
      section.problem(
          "wait-for", "say how long a run waits before it is refused, such as 'wait-at-most: 3h'");
    }
    if (!section.has("wait-for") && atMost.isPresent()) {
      section.problem("wait-at-most", "nothing is waited for; say for what, in 'wait-for'");
    }
    return new Readiness(gates, atMost.orElse(Duration.ZERO));
  }

  /** The first firing after an instant; empty when there is none ever again. */
  public Optional<Instant> next(Instant after) {
    return times().after(after);
  }

  /** Its firings, for those who ask for many: the expression is read once. */
  CronTimes times() {
    return new CronTimes(parsed(), zone);
  }

  /** The expression in English words. */
  public String inWords() {
    return CronDescriptor.instance(Locale.UK).describe(parsed());
  }

  private Cron parsed() {
    return PARSER.parse(cron);
  }
}
