package dev.nightjar.schedule.page;

import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.Slot;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.node.JobFile;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What a person who is known may change: the same as the commands do. Thread-safe. */
final class Changes {
  private final Desk desk;
  private final Runnable wake;

  /**
   * @param wake has the scheduler go round at once
   */
  Changes(Desk desk, Runnable wake) {
    this.desk = desk;
    this.wake = wake;
  }

  /**
   * What a change has come to.
   *
   * @param sentence for whoever asked
   */
  record Told(int status, String sentence) {}

  /**
   * Does it.
   *
   * @param what one of {@code pause, resume, trigger, cancel}
   * @param interval of no meaning to the first two
   */
  Told change(String who, String what, String job, String interval) {
    Told told =
        switch (what) {
          case "pause" -> pause(who, job);
          case "resume" -> resume(job);
          case "trigger" -> trigger(job, interval);
          case "cancel" -> cancel(who, job, interval);
          default ->
              new Told(Answer.NOT_FOUND, "there is nothing called '" + what + "' to be done");
        };
    desk.forget();
    wake.run();
    return told;
  }

  private Told pause(String who, String job) {
    if (!desk.isJob(job)) {
      return new Told(Answer.NOT_FOUND, "there is no job '" + job + "' in this project");
    }
    desk.ledger().pause(job, who, now());
    return new Told(Answer.OK, job + " is paused; what runs goes on");
  }

  private Told resume(String job) {
    boolean was = desk.ledger().resume(job);
    return was
        ? new Told(Answer.OK, job + " goes on")
        : new Told(Answer.CONFLICT, job + " was not paused");
  }

  private Told trigger(String name, String text) {
    Optional<JobFile.Sound> job = desk.sound(name);
    if (job.isEmpty()) {
      return desk.isJob(name)
          ? new Told(Answer.CONFLICT, name + " cannot be run before its files are mended")
          : new Told(Answer.NOT_FOUND, "there is no job '" + name + "' in this project");
    }
    Interval interval;
    try {
      interval = Interval.parse(text.strip(), job.get().grain(), job.get().zone());
    } catch (IllegalArgumentException e) {
      return new Told(Answer.BAD, String.valueOf(e.getMessage()));
    }
    Ledger ledger = desk.ledger();
    String label = name + " " + interval.id();
    boolean isNew =
        ledger.request(
            Slot.due(name, interval.id(), interval.start(), interval.end(), Cause.TRIGGER, now()));
    if (!isNew) {
      String state =
          ledger.slot(name, interval.id()).map(slot -> slot.state().word()).orElse("there");
      return new Told(Answer.CONFLICT, label + " is " + state + " already; nothing is changed");
    }
    return new Told(
        Answer.OK,
        label
            + " is due"
            + (ledger.paused().contains(name) ? ", and waits: the job is paused" : ""));
  }

  private Told cancel(String who, String job, String interval) {
    String label = job + " " + interval;
    return switch (desk.ledger().cancel(job, interval, "cancelled by " + who, now())) {
      case AT_ONCE -> new Told(Answer.OK, label + " is cancelled and will not be run");
      case ASKED -> new Told(Answer.OK, label + ": its scheduler stops the run within seconds");
      case NOT_RUNNING ->
          new Told(Answer.CONFLICT, "there is nothing to cancel: " + label + " is not due");
    };
  }

  private Instant now() {
    return desk.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
