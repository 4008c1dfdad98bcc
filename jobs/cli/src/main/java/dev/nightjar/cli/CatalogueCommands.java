package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.catalogue.ViewUses;
import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Durations;
import dev.nightjar.config.Problem;
import dev.nightjar.feature.DeclaredView;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import dev.nightjar.feature.ViewCard;
import dev.nightjar.job.Project;
import dev.nightjar.run.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands of {@code nightjar features} that read files alone, without Spark. */
final class CatalogueCommands {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CatalogueCommands() {}

  /** {@code nightjar features list}. */
  @Command(
      name = "list",
      description = "Lists the feature views of a project with the jobs and bundles that use them.",
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ProjectOption where;
    @Mixin private JsonOption json;

    @Override
    public Integer call() {
      Project project = where.project();
      PrintWriter out = spec.commandLine().getOut();
      Map<String, DeclaredView> views = new LinkedHashMap<>();
      List<Problem> problems = new ArrayList<>();
      for (String name : project.viewNames()) {
        try {
          views.put(name, project.declaredView(name));
        } catch (ConfigurationException e) {
          problems.addAll(e.problems());
        }
      }
      Map<String, FeatureView> rules = new LinkedHashMap<>();
      views.forEach((name, declared) -> rules.put(name, declared.view()));
      ViewUses uses = ViewUses.of(new Configuration(), project, rules);
      problems.addAll(uses.problems());
      if (json.isOn()) {
        views.values().forEach(view -> out.println(json(project, view, uses)));
      } else if (project.viewNames().isEmpty()) {
        out.println(
            "no feature view in "
                + project.folder().resolve("conf/views")
                + "; add NAME.yaml there");
      } else {
        TextTable table =
            new TextTable(
                "view", "keys", "event time", "age", "features", "jobs", "bundles", "owner");
        views.values().forEach(view -> add(table, view, uses));
        table.print(out);
      }
      out.flush();
      return told(spec, problems);
    }

    private static void add(TextTable table, DeclaredView declared, ViewUses uses) {
      FeatureView view = declared.view();
      table.add(
          view.name(),
          String.join(", ", view.keys().values()),
          view.eventTime().orElse("none"),
          ViewWords.age(view),
          Integer.toString(view.features().size()),
          uses.jobs(view.name()).stream()
              .map(ViewUses.OfJob::job)
              .collect(Collectors.joining(", ")),
          Integer.toString(uses.bundles(view.name()).size()),
          declared.card().owner().orElse(""));
    }
  }

  /** A command about one view. */
  abstract static class OfOneView implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ProjectOption where;
    @Mixin private JsonOption json;

    @Parameters(paramLabel = "VIEW", description = "A view of conf/views.")
    private String name;

    @Override
    public Integer call() {
      Project project = where.project();
      DeclaredView view = NamedViews.declared(project, "VIEW", List.of(name)).get(0);
      ViewUses uses = ViewUses.of(new Configuration(), project, Map.of(name, view.view()));
      PrintWriter out = spec.commandLine().getOut();
      if (json.isOn()) {
        out.println(asJson(project, view, uses).toPrettyString());
      } else {
        print(project, view, out);
        printUses(uses, name, out);
      }
      out.flush();
      return told(spec, uses.problems());
    }

    abstract ObjectNode asJson(Project project, DeclaredView view, ViewUses uses);

    /** What stands before its uses. */
    abstract void print(Project project, DeclaredView view, PrintWriter out);
  }

  /** {@code nightjar features describe}. */
  @Command(
      name = "describe",
      description = "Tells the rule of a feature view, its features and who uses it.",
      mixinStandardHelpOptions = true)
  static final class DescribeCommand extends OfOneView {
    @Override
    ObjectNode asJson(Project project, DeclaredView view, ViewUses uses) {
      return json(project, view, uses);
    }

    @Override
    void print(Project project, DeclaredView declared, PrintWriter out) {
      FeatureView view = declared.view();
      ViewCard card = declared.card();
      out.println(Console.styled("@|bold " + view.name() + "|@"));
      card.description().ifPresent(text -> line(out, "about", text));
      card.owner().ifPresent(owner -> line(out, "owner", owner));
      line(
          out,
          "table",
          view.source().map(source -> project.environment().redact(source.name())).orElse(""));
      line(
          out,
          "keys",
          view.keys().entrySet().stream()
              .map(
                  key ->
                      key.getKey().equals(key.getValue())
                          ? key.getKey()
                          : key.getValue() + " (the input's " + key.getKey() + ")")
              .collect(Collectors.joining(", ")));
      ViewWords.rule(view).forEach((what, words) -> line(out, what, words));
      card.freshWithin()
          .ifPresent(
              length ->
                  line(
                      out,
                      "fresh",
                      "within " + Durations.text(length) + ", else runs are refused"));
      out.println();
      TextTable table = new TextTable("feature", "type", "column", "default");
      for (Feature feature : view.features()) {
        table.add(
            feature.name(),
            feature.type().word(),
            ViewWords.computed(feature),
            ViewWords.defaultOf(feature));
      }
      table.print(out);
    }
  }

  /** {@code nightjar features who-uses}. */
  @Command(
      name = "who-uses",
      description =
          "Tells which jobs, bundles and published results use a feature view, and where a bundle was"
              + " trained with another rule than the view has now.",
      mixinStandardHelpOptions = true)
  static final class WhoUsesCommand extends OfOneView {
    @Override
    ObjectNode asJson(Project project, DeclaredView view, ViewUses uses) {
      ObjectNode node = JSON.createObjectNode();
      node.put("view", view.view().name());
      addUses(node, uses, view.view().name());
      return node;
    }

    /** Nothing: its uses are all that is asked. */
    @Override
    void print(Project project, DeclaredView view, PrintWriter out) {}
  }

  private static void line(PrintWriter out, String name, String text) {
    out.println(String.format(Locale.ROOT, "  %-10s %s", name, text));
  }

  private static void printUses(ViewUses uses, String view, PrintWriter out) {
    if (uses.jobs(view).isEmpty() && uses.bundles(view).isEmpty()) {
      out.println();
      out.println("  no job joins it, and no bundle was trained with it");
      return;
    }
    if (!uses.jobs(view).isEmpty()) {
      out.println();
      TextTable jobs = new TextTable("job", "bundle", "published", "last");
      uses.jobs(view)
          .forEach(
              job ->
                  jobs.add(
                      job.job(),
                      job.bundle(),
                      Console.number(job.intervals()),
                      job.last().orElse("")));
      jobs.print(out);
    }
    if (!uses.bundles(view).isEmpty()) {
      out.println();
      TextTable bundles = new TextTable("bundle", "aliases", "features", "");
      for (ViewUses.OfBundle bundle : uses.bundles(view)) {
        bundles.add(
            bundle.bundle(),
            String.join(" ", bundle.aliases()),
            String.join(", ", bundle.features()),
            (bundle.withdrawn() ? "withdrawn " : "")
                + (bundle.differences().isEmpty() ? "" : "other rule"));
      }
      bundles.print(out);
      uses.bundles(view).stream()
          .filter(bundle -> !bundle.differences().isEmpty())
          .forEach(
              bundle ->
                  out.println(
                      "  "
                          + bundle.bundle()
                          + " was trained with another rule, and no job can have both: "
                          + String.join("; ", bundle.differences())));
    }
  }

  private static ObjectNode json(Project project, DeclaredView declared, ViewUses uses) {
    FeatureView view = declared.view();
    ObjectNode node = JSON.createObjectNode();
    node.put("view", view.name());
    ViewCard card = declared.card();
    card.owner().ifPresent(owner -> node.put("owner", owner));
    card.description().ifPresent(text -> node.put("description", text));
    card.freshWithin().ifPresent(length -> node.put("fresh-within", Durations.text(length)));
    node.put(
        "source",
        view.source().map(source -> project.environment().redact(source.name())).orElse(""));
    node.set("rule", JSON.valueToTree(FeatureViews.toYaml(view)));
    addUses(node, uses, view.name());
    return node;
  }

  private static void addUses(ObjectNode node, ViewUses uses, String view) {
    ArrayNode jobs = node.putArray("jobs");
    for (ViewUses.OfJob job : uses.jobs(view)) {
      ObjectNode one = jobs.addObject();
      one.put("job", job.job());
      one.put("bundle", job.bundle());
      one.put("intervals", job.intervals());
      job.last().ifPresent(last -> one.put("last", last));
      job.digest().ifPresent(digest -> one.put("digest", digest));
    }
    ArrayNode bundles = node.putArray("bundles");
    for (ViewUses.OfBundle bundle : uses.bundles(view)) {
      ObjectNode one = bundles.addObject();
      one.put("bundle", bundle.bundle());
      one.set("aliases", JSON.valueToTree(bundle.aliases()));
      one.set("features", JSON.valueToTree(bundle.features()));
      one.set("differences", JSON.valueToTree(bundle.differences()));
      one.put("withdrawn", bundle.withdrawn());
    }
  }

  /** Tells what could not be read beside what could: exit 2 when there is any such thing. */
  private static int told(CommandSpec spec, List<Problem> problems) {
    PrintWriter err = spec.commandLine().getErr();
    problems.forEach(problem -> err.println("nightjar: " + problem));
    err.flush();
    return (problems.isEmpty() ? ExitCode.PUBLISHED : ExitCode.USAGE).code();
  }
}
