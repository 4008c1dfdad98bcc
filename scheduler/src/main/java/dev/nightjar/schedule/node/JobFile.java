package dev.nightjar.schedule.node;

import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.Schedule;
import java.time.ZoneId;
import java.util.Optional;

/** What a scheduler knows of a job. */
public sealed interface JobFile {
  /** The job's name. */
  String name();

  /**
   * A job that can be run.
   *
   * @param name the job's name
   * @param version changes whenever one of its files does
   * @param grain how long its intervals are
   * @param zone in which they are meant
   * @param schedule when it is due; empty for a job that only runs when somebody asks
   */
  record Sound(String name, String version, Grain grain, ZoneId zone, Optional<Schedule> schedule)
      implements JobFile {
    /** How its runs go. */
    public Schedule.Runs runs() {
      return schedule.map(Schedule::runs).orElse(Schedule.Runs.DEFAULT);
    }

    /** What they wait for. */
    public Schedule.Readiness readiness() {
      return schedule.map(Schedule::readiness).orElse(Schedule.Readiness.NONE);
    }
  }

  /**
   * A job whose files have mistakes.
   *
   * @param name the job's name, as its file is called
   * @param problem what is wrong, for people
   */
  record Broken(String name, String problem) implements JobFile {}
}
