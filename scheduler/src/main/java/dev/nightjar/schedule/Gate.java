package dev.nightjar.schedule;

import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must be there before an interval is scored. */
public sealed interface Gate {
  /** What is waited for, of one interval, as a message says it. */
  String shown(Interval interval);

  /**
   * A file, or a folder with something in it, such as the partition of a day or its {@code
   * _SUCCESS}.
   *
   * @param path in which variables of the interval may stand; relative to the project
   */
  record Present(Template path) implements Gate {
    @Override
    public String shown(Interval interval) {
      // Values of the environment go by their names.
      return Template.of(path.written().replaceAll("\\$\\{env:[^}]*}", "…"))
          .expand(interval.variables());
    }
  }

  /**
   * The published results of another job, for all its intervals that this one touches.
   *
   * @param job its name
   */
  record Published(String job) implements Gate {
    @Override
    public String shown(Interval interval) {
      return "the result of the job '" + job + "' for " + interval.id();
    }
  }

  /** Reads the list {@code wait-for}; mistakes are reported. Empty without the key. */
  static List<Gate> read(Section schedule) {
    return schedule.sectionList("wait-for", (place, one) -> one(one)).stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Gate> one(Section one) {
    boolean isPath = one.has("path");
    boolean isJob = one.has("job");
    if (isPath == isJob) {
      one.problem("say what is waited for by one key: 'path' for files, 'job' for another job");
      one.optionalTemplate("path");
      one.optionalString("job");
      one.refuseUnknownKeys();
      return Optional.empty();
    }
    Gate gate =
        isPath
            ? new Present(one.template("path", Set.copyOf(Interval.variableNames())))
            : new Published(one.name("job"));
    one.refuseUnknownKeys();
    return Optional.of(gate);
  }
}
