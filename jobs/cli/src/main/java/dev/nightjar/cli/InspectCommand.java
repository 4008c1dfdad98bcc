package dev.nightjar.cli;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.BundleSignature;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.config.Section;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.pipeline.LoadedBundle;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar inspect}. */
@Command(
    name = "inspect",
    description = "Checks a bundle's digests and shows what is in it.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "BUNDLE", description = "A folder, or a .zip.")
  private Path path;

  @Option(
      names = "--trust",
      paramLabel = "KEY.pub",
      description = "Ask for the signature of this key, or one of several.")
  private List<Path> trust = List.of();

  @Option(names = "--prove", description = "Load the model and prove its golden rows here.")
  private boolean prove;

  @Option(names = "--yaml", description = "Print bundle.yaml as it is.")
  private boolean yaml;

  @Override
  public Integer call() {
    Bundle bundle = Bundle.open(path);
    PrintWriter out = spec.commandLine().getOut();
    // Before anything else: what follows is about a bundle that somebody vouches for.
    Optional<String> signer =
        trust.isEmpty() ? Optional.empty() : Optional.of(TrustedKeys.read(trust).require(bundle));
    if (yaml) {
      out.print(new String(bundle.files().get(BundleFiles.MANIFEST), StandardCharsets.UTF_8));
    } else {
      print(bundle, out);
    }
    signer.ifPresent(key -> out.println("the signature of " + key + " holds"));
    out.flush();
    if (prove) {
      LoadedBundle.load(bundle).close();
      out.println("the golden rows hold on this machine");
      out.flush();
    }
    return 0;
  }

  private static void print(Bundle bundle, PrintWriter out) {
    BundleManifest manifest = bundle.manifest();
    out.println(Console.styled("@|bold " + manifest.name() + " " + manifest.version() + "|@"));
    out.println("  digest   " + bundle.digest());
    out.println("  signed   " + signature(bundle));
    out.println("  created  " + manifest.created() + ", engine " + manifest.engine());
    out.println(
        "  equal    within "
            + manifest.tolerance().absolute()
            + " + "
            + manifest.tolerance().relative()
            + " of the value");
    out.println("  layout   " + manifest.contract().layout().words());
    out.println();
    TextTable inputs = new TextTable("input", "type", "missing", "invalid", "unknown", "rule");
    manifest.contract().inputs().forEach(input -> add(inputs, input));
    inputs.print(out);
    out.println();
    TextTable outputs = new TextTable("output", "type", "of", "rule");
    manifest.contract().outputs().forEach(output -> add(outputs, output));
    outputs.print(out);
    if (!manifest.views().isEmpty()) {
      out.println();
      TextTable views = new TextTable("view", "keys", "event time", "features");
      manifest.views().forEach(view -> add(views, view));
      views.print(out);
    }
    out.println();
    printGolden(bundle, out);
    TextTable files = new TextTable("file", "bytes");
    bundle
        .files()
        .names()
        .forEach(name -> files.add(name, Console.number(bundle.files().get(name).length)));
    files.print(out);
    manifest.provenance().forEach((key, value) -> out.println("  " + key + ": " + value));
  }

  /** Whose signature it carries; whether that holds is only known with a key. */
  private static String signature(Bundle bundle) {
    if (bundle.files().find(BundleFiles.SIGNATURE).isEmpty()) {
      return "no";
    }
    List<String> uncovered = BundleSignature.uncovered(bundle.manifest());
    return "by "
        + BundleSignature.of(bundle).keyId()
        + (uncovered.isEmpty() ? "" : ", all but " + String.join(", ", uncovered));
  }

  private static void add(TextTable table, InputField input) {
    String missing = Section.word(input.onMissing());
    table.add(
        input.name(),
        input.typeWord(),
        input.defaultValue().map(value -> missing + " " + value).orElse(missing),
        Section.word(input.onInvalid()),
        input.category() ? Section.word(input.onUnknown()) : "",
        input.category()
            ? input.values().size() + " values"
            : input.range().map(Object::toString).orElse(""));
  }

  private static void add(TextTable table, OutputField output) {
    table.add(
        output.name(),
        output.type().word(),
        Section.word(output.of()),
        output.threshold().map(t -> "label at " + t + " or more").orElse(""));
  }

  private static void add(TextTable table, FeatureView view) {
    table.add(
        view.name(),
        String.join(", ", view.keys().keySet()),
        view.eventTime().orElse("none"),
        view.features().stream().map(Feature::name).collect(Collectors.joining(", ")));
  }

  private static void printGolden(Bundle bundle, PrintWriter out) {
    GoldenRows golden =
        GoldenRows.parse(
            bundle.files().origin(),
            bundle.files().get(BundleFiles.GOLDEN),
            bundle.manifest().contract());
    TreeMap<String, Long> outcomes =
        golden.rows().stream()
            .filter(GoldenRow::isWhole)
            .map(GoldenRow::values)
            .collect(
                Collectors.groupingBy(
                    values -> values.outcome().word(), TreeMap::new, Collectors.counting()));
    long open = golden.rows().stream().filter(row -> !row.isWhole()).count();
    out.println("  golden rows: " + golden.rows().size() + " " + outcomes);
    if (bundle.manifest().foreign().isPresent()) {
      out.println(
          "    what the network gives came with the model: given, not computed by a reference");
      out.println("    of " + open + " more rows only the way to the network is known");
    }
    out.println();
  }
}
