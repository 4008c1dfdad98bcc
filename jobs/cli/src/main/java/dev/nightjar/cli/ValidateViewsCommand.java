package dev.nightjar.cli;

import dev.nightjar.catalogue.ViewCheck;
import dev.nightjar.feature.DeclaredView;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Sessions;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar features validate}. */
@Command(
    name = "validate",
    description =
        "Holds feature views against their tables, which are read whole: what makes a run fail or"
            + " rejects rows (exit 3), and what should be known. 'nightjar validate' reads the"
            + " configuration alone.",
    mixinStandardHelpOptions = true)
final class ValidateViewsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ProjectOption project;
  @Mixin private AtOption at;

  @Parameters(
      paramLabel = "VIEW",
      arity = "0..*",
      description = "Views of conf/views (default: all).")
  private List<String> names = List.of();

  @Override
  public Integer call() {
    List<String> chosen = names.isEmpty() ? project.project().viewNames() : names;
    List<DeclaredView> views = NamedViews.declared(project.project(), "VIEW", chosen);
    Instant now = at.moment(Clock.systemUTC());
    PrintWriter out = spec.commandLine().getOut();
    boolean sound = true;
    try (OpenSession session = Sessions.open("features validate")) {
      for (DeclaredView declared : views) {
        try (TableReader tables =
            new TableReader(session.spark(), project.project().folder().toString())) {
          ViewCheck check =
              ViewCheck.of(declared.view(), declared.card().freshWithin(), tables, now);
          sound &= check.problems().isEmpty();
          out.println(
              declared.view().name() + ": " + (check.problems().isEmpty() ? "sound" : "not sound"));
          check.problems().forEach(problem -> out.println("  ✘ " + problem));
          check.notices().forEach(notice -> out.println("  " + notice));
          out.flush();
        }
      }
    }
    if (views.isEmpty()) {
      out.println("no feature view in " + project.project().folder().resolve("conf/views"));
      out.flush();
    }
    return (sound ? ExitCode.PUBLISHED : ExitCode.REFUSED).code();
  }
}
