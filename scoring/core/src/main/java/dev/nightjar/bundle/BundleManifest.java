package dev.nightjar.bundle;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.YamlFile;
import dev.nightjar.config.YamlText;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Contracts;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code bundle.yaml} says.
 *
 * @param name of the model
 * @param version of the model
 * @param created when its training ended
 * @param engine what runs the network
 * @param compiler the version of the compiler that made what is not {@code source/}; 0 for none
 * @param tolerance how far another computation of its values may lie from the golden ones
 * @param contract what comes in and what comes out
 * @param transformed the names of the transform's output columns, the network's inputs in order
 * @param views the rules by which the training set was joined, without places
 * @param statistics the figures that its defaults were filled with
 * @param provenance where it all came from, for people
 * @param foreign present where the network came as ONNX from elsewhere, and the outputs of its
 *     golden rows with it
 * @param digests the SHA-256 of every other file but the signature
 */
public record BundleManifest(
    String name,
    String version,
    Instant created,
    String engine,
    int compiler,
    Tolerance tolerance,
    Contract contract,
    List<String> transformed,
    List<FeatureView> views,
    FeatureStatistics statistics,
    Map<String, String> provenance,
    Optional<ForeignModel> foreign,
    Map<String, String> digests) {

  /** The newest version of the format that this Nightjar reads and writes. */
  public static final int FORMAT = 2;

  /** What is written where a newer version says nothing more, so that older Nightjars read it. */
  private static final int PLAIN = 1;

  /** The key of the provenance that names the bundle of which this one was compiled anew. */
  public static final String RECOMPILED_FROM = "recompiled-from";

  /** Where the outputs of a foreign model's golden rows come from. */
  private enum Golden {
    GIVEN
  }

  public BundleManifest {
    transformed = List.copyOf(transformed);
    views = views.stream().map(FeatureView::semantics).toList();
  }

  /** What the bundle of a network says that its own library runs as the reference. */
  public BundleManifest(
      String name,
      String version,
      Instant created,
      String engine,
      int compiler,
      Tolerance tolerance,
      Contract contract,
      List<String> transformed,
      List<FeatureView> views,
      FeatureStatistics statistics,
      Map<String, String> provenance,
      Map<String, String> digests) {
    this(
        name,
        version,
        created,
        engine,
        compiler,
        tolerance,
        contract,
        transformed,
        views,
        statistics,
        provenance,
        Optional.empty(),
        digests);
  }

  /** The same with other digests: the last step of making a bundle. */
  public BundleManifest withDigests(Map<String, String> others) {
    return compiled(engine, compiler, provenance, others);
  }

  /** The same of what was compiled by another compiler. */
  public BundleManifest compiled(
      String otherEngine,
      int otherCompiler,
      Map<String, String> otherProvenance,
      Map<String, String> otherDigests) {
    return new BundleManifest(
        name,
        version,
        created,
        otherEngine,
        otherCompiler,
        tolerance,
        contract,
        transformed,
        views,
        statistics,
        otherProvenance,
        foreign,
        otherDigests);
  }

  /** The bytes of {@code bundle.yaml}; the same manifest gives the same bytes. */
  public byte[] toBytes() {
    Map<String, Object> yaml = new LinkedHashMap<>();
    yaml.put("format", format());
    yaml.put("name", name);
    yaml.put("version", version);
    yaml.put("created", created.toString());
    yaml.put("engine", engine);
    if (compiler > 0) {
      yaml.put("compiler", compiler);
    }
    yaml.put("tolerance", numbers(tolerance));
    yaml.put("contract", Contracts.toYaml(contract));
    yaml.put("transformed", new ArrayList<>(transformed));
    yaml.put("views", new ArrayList<>(views.stream().map(FeatureViews::toYaml).toList()));
    yaml.put("statistics", statistics.toYaml(views));
    yaml.put("provenance", new LinkedHashMap<>(provenance));
    foreign.ifPresent(model -> yaml.put("foreign", words(model)));
    yaml.put("files", new LinkedHashMap<>(digests));
    return YamlText.of(yaml).getBytes(StandardCharsets.UTF_8);
  }

  /** The oldest version of the format that says all of it: the second names parts of networks. */
  private int format() {
    return contract.namesParts() ? FORMAT : PLAIN;
  }

  private static Map<String, Object> words(ForeignModel foreign) {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("golden", Section.word(Golden.GIVEN));
    foreign.output().ifPresent(output -> words.put("output", output));
    return words;
  }

  private static Map<String, Object> numbers(Tolerance tolerance) {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("absolute", tolerance.absolute());
    numbers.put("relative", tolerance.relative());
    return numbers;
  }

  /**
   * The manifest that the bytes of {@code bundle.yaml} hold.
   *
   * @param origin the bundle, for messages
   * @throws BundleException with every mistake
   */
  public static BundleManifest parse(String origin, byte[] bytes) {
    Problems problems = new Problems();
    String text = new String(bytes, StandardCharsets.UTF_8);
    String file = origin + "/" + BundleFiles.MANIFEST;
    Optional<BundleManifest> manifest =
        YamlFile.parse(file, text, Environment.verbatim(), problems)
            .flatMap(section -> read(section, problems));
    if (!problems.isEmpty()) {
      throw new BundleException(
          String.join("\n", problems.found().stream().map(Object::toString).toList()));
    }
    return manifest.orElseThrow();
  }

  private static Optional<BundleManifest> read(Section section, Problems problems) {
    long format = section.whole("format", 0, 0);
    if (format < PLAIN || format > FORMAT) {
      section.problem(
          "format",
          format
              + " is not a format that this Nightjar reads; it reads "
              + PLAIN
              + " and "
              + FORMAT
              + ". Use a newer Nightjar, or package the model again");
      return Optional.empty();
    }
    Optional<Contract> contract = Contracts.read(section.section("contract"));
    List<FeatureView> views =
        section.sectionList("views", (i, one) -> FeatureViews.readSemantics(one)).stream()
            .flatMap(Optional::stream)
            .toList();
    FeatureStatistics statistics =
        section
            .optionalSection("statistics")
            .map(one -> FeatureStatistics.read(one, views))
            .orElse(FeatureStatistics.NONE);
    String name = section.name("name");
    String version = section.string("version");
    Instant created = readInstant(section);
    String engine = section.string("engine");
    int compiler = (int) section.whole("compiler", 0, 0);
    Tolerance tolerance = readTolerance(section.section("tolerance"));
    List<String> transformed = section.strings("transformed");
    Map<String, String> provenance = section.stringMap("provenance");
    Optional<ForeignModel> foreign =
        section.optionalSection("foreign").map(BundleManifest::readForeign);
    Map<String, String> digests = section.stringMap("files");
    section.refuseUnknownKeys();
    if (contract.filter(Contract::isSettled).isEmpty() && problems.isEmpty()) {
      section.problem(
          "contract",
          "has an output of units that its layout does not declare; package the model again");
    }
    if (contract.isEmpty() || !problems.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new BundleManifest(
            name,
            version,
            created,
            engine,
            compiler,
            tolerance,
            contract.get(),
            transformed,
            views,
            statistics,
            provenance,
            foreign,
            digests));
  }

  private static ForeignModel readForeign(Section section) {
    section.choice("golden", Golden.class, Golden.GIVEN);
    Optional<String> output = section.optionalString("output");
    section.refuseUnknownKeys();
    return new ForeignModel(output);
  }

  private static Instant readInstant(Section section) {
    String text = section.string("created");
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      section.problem("created", section.quote(text) + " is not an instant");
      return Instant.EPOCH;
    }
  }

  private static Tolerance readTolerance(Section section) {
    Tolerance tolerance =
        new Tolerance(
            section.number("absolute").orElse(Tolerance.DEFAULT.absolute()),
            section.number("relative").orElse(Tolerance.DEFAULT.relative()));
    section.refuseUnknownKeys();
    return tolerance;
  }
}
