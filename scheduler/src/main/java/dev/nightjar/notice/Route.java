package dev.nightjar.notice;

import dev.nightjar.ledger.Notice;
import dev.nightjar.ledger.Notice.Event;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Where the notices of a job go.
 *
 * @param name of the receiver in the ledger: {@code project}, or {@code job} and the job's name
 * @param on of what it is told
 * @param receiver who is told
 */
public record Route(String name, Set<Event> on, Notify.Receiver receiver) {
  /** The receiver that {@code conf/project.yaml} names. */
  public static final String PROJECT = "project";

  public Route {
    on = Set.copyOf(on);
  }

  /**
   * The route of a job: what it does not say itself, the project does. Empty where nobody is told.
   *
   * @param project what {@code conf/project.yaml} says
   * @param own what the job says
   */
  public static Optional<Route> of(String job, Optional<Notify> project, Optional<Notify> own) {
    Optional<Notify.Receiver> receiver = own.flatMap(Notify::receiver);
    String name = receiver.isPresent() ? "job " + job : PROJECT;
    Set<Event> on =
        own.flatMap(Notify::on)
            .or(() -> project.flatMap(Notify::on))
            .orElseGet(() -> EnumSet.allOf(Event.class));
    return on.isEmpty()
        ? Optional.empty()
        : receiver
            .or(() -> project.flatMap(Notify::receiver))
            .map(found -> new Route(name, on, found));
  }

  /** Whether it is told of this; of a recovery only where it was told of the trouble. */
  public boolean isAsked(Notice notice) {
    return on.contains(notice.event())
        && notice.trouble().map(trouble -> on.contains(trouble.event())).orElse(true);
  }
}
