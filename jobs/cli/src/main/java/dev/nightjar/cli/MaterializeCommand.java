package dev.nightjar.cli;

import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.materialize.Materialization;
import dev.nightjar.materialize.Materialization.Request;
import dev.nightjar.materialize.Materialization.Stored;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Sessions;
import dev.nightjar.store.Keeping;
import dev.nightjar.store.OnlineStore;
import dev.nightjar.store.StorePlace;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar features materialize}. */
@Command(
    name = "materialize",
    description =
        "Stores what became visible of feature views since the last time, so that it can be looked"
            + " up by key. A span that is given again adds what came late; rows that were corrected"
            + " or deleted need --anew.",
    mixinStandardHelpOptions = true)
final class MaterializeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StoreOption project;

  @Parameters(
      paramLabel = "VIEW",
      arity = "1..*",
      description = "Views of conf/views; each is stored whole or not at all.")
  private List<String> views;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Read what became visible from then on (default: go on where the store ends), such as"
              + " 2024-03-05 or 2024-03-05T06:00:00Z; without an offset in UTC.")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Read what became visible up to then (default: now).")
  private @Nullable String to;

  @Option(
      names = "--history",
      description =
          "Keep what was visible at each time since --from, so that past times can be asked; else"
              + " the newest alone.")
  private boolean history;

  @Option(names = "--anew", description = "Store the views from scratch in place of what is there.")
  private boolean anew;

  @Option(
      names = "--drop-other-rules",
      description =
          "Then take away what is stored of the views by other rules, as they were before their"
              + " definition was changed; nothing may be served by those any more.")
  private boolean dropOtherRules;

  @Override
  public Integer call() {
    List<FeatureView> chosen = NamedViews.read(project.project(), "VIEW", views);
    Optional<Instant> begin =
        Optional.ofNullable(from).map(text -> Times.read(spec, "--from", text));
    Instant now = Clock.systemUTC().instant();
    Instant end = to == null ? now : Times.read(spec, "--to", to);
    if (end.isAfter(now)) {
      throw new ParameterException(
          spec.commandLine(),
          "--to "
              + to
              + " lies ahead, and what becomes visible until then would never be read; leave it out"
              + " for now");
    }
    StorePlace place = project.store();
    try (OnlineStore store = place.write(chosen); // a store that is not there is told at once
        OpenSession session = Sessions.open("features materialize");
        TableReader tables =
            new TableReader(session.spark(), project.project().folder().toString())) {
      Materialization materialization = new Materialization(tables, store);
      for (FeatureView view : chosen) {
        Request request =
            new Request(
                view, begin, end, history ? Optional.of(Keeping.HISTORY) : Optional.empty(), anew);
        report(view, materialization.store(request));
        if (dropOtherRules) {
          reportDropped(view, materialization.dropOtherRules(view));
        } else {
          reportOthers(view, store.heldByOtherRules(view.name()).size());
        }
      }
      return 0;
    }
  }

  private void report(FeatureView view, Stored stored) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        view.name()
            + ": "
            + Console.number(stored.rows())
            + " rows of "
            + Console.number(stored.keys())
            + " keys stored; ");
    if (view.isStatic()) {
      out.println("the store holds all of the view");
    } else if (stored.keeping() == Keeping.HISTORY) {
      out.println(
          "the store answers from "
              + Timestamps.instant(stored.holds().from())
              + " on, and is filled until "
              + Timestamps.instant(stored.holds().until()));
    } else {
      out.println("the store is filled until " + Timestamps.instant(stored.holds().until()));
    }
    out.flush();
  }

  private void reportDropped(FeatureView view, int others) {
    if (others > 0) {
      tell(view.name() + ": what was stored by " + rules(others) + " is gone");
    }
  }

  private void reportOthers(FeatureView view, int others) {
    if (others > 0) {
      tell(
          view.name()
              + ": what is stored by "
              + rules(others)
              + " is kept beside it; when nothing is served by that any more, take it away with"
              + " --drop-other-rules");
    }
  }

  private static String rules(int others) {
    return others == 1 ? "another rule" : others + " other rules";
  }

  private void tell(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
