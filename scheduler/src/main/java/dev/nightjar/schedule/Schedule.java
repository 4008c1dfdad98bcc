package dev.nightjar.schedule;

import static java.util.Objects.requireNonNull;

import com.cronutils.descriptor.CronDescriptor;
import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.nightjar.config.Section;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.Optional;

/**
 * When runs of a job are due.
 *
 * @param cron in Quartz's form: seconds, minutes, hours, day of month, month, day of week[, year]
 * @param zone in which it is meant
 * @param catchUp what is made up for after downtime
 */
public record Schedule(String cron, ZoneId zone, CatchUp catchUp) {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));

  /** Which of the missed intervals are scored late. */
  public enum CatchUp {
    ALL,
    LAST,
    NONE
  }

  /**
   * A schedule of a sound expression.
   *
   * @throws IllegalArgumentException when the expression is none
   */
  public Schedule {
    requireNonNull(zone, "zone is null");
    PARSER.parse(cron).validate();
  }

  /** Reads {@code cron, catch-up}; empty when the expression is none, which is reported. */
  public static Optional<Schedule> read(Section section, ZoneId zone) {
    String cron = section.string("cron");
    CatchUp catchUp = section.choice("catch-up", CatchUp.class, CatchUp.ALL);
    section.refuseUnknownKeys();
    if (cron.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Schedule(cron, zone, catchUp));
    } catch (IllegalArgumentException e) {
      section.problem(
          "cron",
          section.quote(cron)
              + " is not a cron expression of Quartz, such as \"0 30 4 * * ?\" for 4:30 each day: "
              + e.getMessage());
      return Optional.empty();
    }
  }

  /** The first firing after an instant; empty when there is none ever again. */
  public Optional<Instant> next(Instant after) {
    Optional<ZonedDateTime> next =
        ExecutionTime.forCron(parsed()).nextExecution(after.atZone(zone));
    return next.map(ZonedDateTime::toInstant);
  }

  /** The expression in English words. */
  public String inWords() {
    return CronDescriptor.instance(Locale.UK).describe(parsed());
  }

  private Cron parsed() {
    return PARSER.parse(cron);
  }
}
