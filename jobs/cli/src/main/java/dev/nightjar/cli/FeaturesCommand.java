package dev.nightjar.cli;

import dev.nightjar.config.Limit;
import dev.nightjar.config.Suggestion;
import dev.nightjar.data.DataType;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.TrainingRecord;
import dev.nightjar.feature.spark.TrainingSets;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Sessions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar features}. */
@Command(
    name = "features",
    description = "Works with feature views.",
    mixinStandardHelpOptions = true,
    subcommands = {
      CatalogueCommands.ListCommand.class,
      CatalogueCommands.DescribeCommand.class,
      StatsCommand.class,
      CatalogueCommands.WhoUsesCommand.class,
      ValidateViewsCommand.class,
      FeaturesCommand.JoinCommand.class,
      MaterializeCommand.class,
      VerifyCommand.class
    })
final class FeaturesCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do, for example: nightjar features list");
  }

  /** {@code nightjar features join}. */
  @Command(
      name = "join",
      description =
          "Joins feature views to rows as of their own times and writes a training set, with the"
              + " join that scoring uses.",
      mixinStandardHelpOptions = true)
  static final class JoinCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ProjectOption project;

    @Option(
        names = "--input",
        required = true,
        paramLabel = "PATH",
        description =
            "The rows: Parquet, or CSV with a header when the name ends in .csv or .csv.gz.")
    private String input;

    @Option(
        names = "--null-value",
        paramLabel = "TEXT",
        description = "The text that stands for null in a CSV input, besides the empty text.")
    private @Nullable String nullValue;

    @Option(
        names = "--columns",
        split = ",",
        paramLabel = "NAME=TYPE",
        description =
            "Types of columns of a CSV input, such as distance=double; the rest is text, and the"
                + " contract converts what the model needs.")
    private Map<String, String> columns = new LinkedHashMap<>();

    @Option(
        names = "--as-of",
        paramLabel = "COLUMN",
        description = "The time at which a row asks; not needed when all views are static.")
    private @Nullable String asOf;

    @Option(
        names = "--key",
        split = ",",
        paramLabel = "COLUMN",
        description = "Columns that name a row; a null in one rejects it.")
    private List<String> key = new ArrayList<>();

    @Option(
        names = "--views",
        required = true,
        split = ",",
        paramLabel = "VIEW",
        description = "Views of conf/views, in order.")
    private List<String> views;

    @Option(
        names = "--rejected-rows",
        paramLabel = "LIMIT",
        defaultValue = "0",
        description = "How many rejected rows are allowed, such as 100 or 0.5%% (default: 0).")
    private String limit;

    @Option(
        names = "--output",
        required = true,
        paramLabel = "PATH",
        description = "The training set, such as training.parquet.")
    private String output;

    @Option(names = "--overwrite", description = "Replace a training set that is there.")
    private boolean overwrite;

    @Override
    public Integer call() {
      Limit allowed =
          Limit.parse(limit)
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "--rejected-rows '"
                              + limit
                              + "': write a number, or a share such as 0.5%"));
      List<FeatureView> chosen = NamedViews.read(project.project(), "--views", views);
      try (OpenSession session = Sessions.open("features join")) {
        TrainingSets training =
            TrainingSets.with(session.spark(), project.project().folder().toString())
                .input(source())
                .views(chosen)
                .key(key)
                .limit(allowed)
                .output(output);
        if (asOf != null) {
          training = training.asOf(asOf);
        }
        if (overwrite) {
          training = training.overwrite();
        }
        return report(training.write());
      }
    }

    private FileSource source() {
      boolean csv = input.endsWith(".csv") || input.endsWith(".csv.gz");
      FileSource source = csv ? Source.csv(input) : Source.parquet(input);
      source = source.withColumns(columnTypes(csv));
      return nullValue == null ? source : source.withNullValue(nullValue);
    }

    /** A CSV has no types of its own; its as-of column is a time in any case. */
    private Map<String, DataType> columnTypes(boolean csv) {
      Map<String, DataType> types = new LinkedHashMap<>();
      columns.forEach(
          (name, word) ->
              types.put(
                  name,
                  DataType.of(word)
                      .orElseThrow(
                          () ->
                              new ParameterException(
                                  spec.commandLine(),
                                  "--columns "
                                      + name
                                      + "="
                                      + word
                                      + ": not a type"
                                      + Suggestion.text(word, DataType.words())))));
      if (csv && asOf != null) {
        types.putIfAbsent(asOf, DataType.TIMESTAMP);
      }
      return types;
    }

    private int report(TrainingSets.Result result) {
      PrintWriter out = spec.commandLine().getOut();
      if (result.limitExceeded()) {
        out.printf(
            Locale.ROOT,
            "refused: %,d rows are rejected and --rejected-rows allows %s; they and their reasons lie"
                + " in %s%s%n",
            result.rejected(),
            limit,
            output,
            TrainingRecord.REJECTED_SUFFIX);
        out.flush();
        return ExitCode.REFUSED.code();
      }
      out.printf(
          Locale.ROOT,
          "%,d rows in %s, %,d rejected; views and statistics in %s%s%n",
          result.rows(),
          output,
          result.rejected(),
          output,
          TrainingRecord.SUFFIX);
      for (String feature : result.withoutFigure()) {
        out.println("  " + feature + ": no value to compute its default from; it became null");
      }
      out.flush();
      return 0;
    }
  }
}
