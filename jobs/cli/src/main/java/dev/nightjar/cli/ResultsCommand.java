package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Sessions;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar results}. */
@Command(
    name = "results",
    description = "Lists what is published of a job, and shows rows of it.",
    mixinStandardHelpOptions = true)
final class ResultsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @Option(names = "--interval", paramLabel = "INTERVAL", description = "Only this interval's.")
  private @Nullable String interval;

  @Option(names = "--show", paramLabel = "N", description = "Show N rows.")
  private int show;

  @Option(
      names = "--content",
      paramLabel = "KIND",
      description = "Which rows to show: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "scored")
  private Content content;

  @Option(names = "--files", description = "Name the files of each result.")
  private boolean files;

  /** Which rows. */
  private enum Content {
    scored,
    filtered,
    quarantine
  }

  @Override
  public Integer call() {
    Job job = argument.job();
    ResultStore store = JobRunner.store(new Configuration(), job);
    List<Manifest> manifests =
        store.published().stream()
            .filter(m -> interval == null || m.interval().equals(interval))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (manifests.isEmpty()) {
      throw new ResultException(
          "job",
          job.name(),
          interval == null ? "has no published result" : "has no published result of " + interval,
          "ask 'nightjar runs " + job.name() + "' what became of its runs");
    }
    if (json.isOn()) {
      manifests.forEach(m -> out.println(m.json()));
    } else {
      list(manifests, out);
      job.output().table().ifPresent(table -> out.println("  readers see it in " + table.name()));
    }
    if (files) {
      String root = job.environment().redact(store.root().toString());
      manifests.forEach(m -> m.files().forEach(f -> out.println("  " + root + "/" + f.path())));
    }
    out.flush();
    if (show > 0) {
      showRows(store, out);
    }
    return 0;
  }

  private static void list(List<Manifest> manifests, PrintWriter out) {
    TextTable table =
        new TextTable(
            "interval",
            "attempt",
            "published",
            "scored",
            "filtered",
            "rejected",
            "bundle",
            "engine");
    for (Manifest manifest : manifests) {
      table.add(
          manifest.interval(),
          Long.toString(manifest.token()),
          manifest.created().toString().replaceAll("\\.\\d+", ""),
          Console.number(manifest.rows().scored()),
          Console.number(manifest.rows().filtered()),
          Console.number(manifest.rows().rejected()),
          manifest.bundle().label(),
          engine(manifest.bundle()));
    }
    table.print(out);
  }

  private static String engine(Manifest.BundleName bundle) {
    return bundle.engine().isEmpty() ? "" : bundle.engine() + " on " + bundle.device();
  }

  private void showRows(ResultStore store, PrintWriter out) {
    try (OpenSession session = Sessions.open("results")) {
      Results all = Results.at(session.spark(), store.root().toString());
      Results chosen = interval == null ? all : all.interval(interval);
      Dataset<Row> rows =
          switch (content) {
            case scored -> chosen.scored();
            case filtered -> chosen.filtered();
            case quarantine -> chosen.quarantine();
          };
      List<Row> shown = rows.takeAsList(show);
      out.println();
      if (shown.isEmpty()) {
        out.println("  no " + content + " rows");
      } else {
        TextTable.of(shown).print(out);
      }
      out.flush();
    }
  }
}
