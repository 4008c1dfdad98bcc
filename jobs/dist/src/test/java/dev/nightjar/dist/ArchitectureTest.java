package dev.nightjar.dist;

import static com.tngtech.archunit.core.importer.ImportOption.Predefined.DO_NOT_INCLUDE_TESTS;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The arrows between packages. A package that is not in {@link #PARTS} belongs to the nearest one
 * above it that is; a new leaf gets a line here.
 */
class ArchitectureTest {
  private static final String ROOT = "dev.nightjar.";

  /** A library that not every part may use, by its packages. */
  private record Library(String name, Set<String> packages) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Library SPARK =
      // With Kryo, by which Spark may send what is broadcast.
      new Library(
          "Spark",
          Set.of("org.apache.spark", "org.apache.hadoop", "scala", "com.esotericsoftware.kryo"));
  private static final Library DL4J =
      // With "onnx", the protobuf classes of ONNX that ND4J carries.
      new Library(
          "DL4J", Set.of("org.deeplearning4j", "org.nd4j", "org.datavec", "org.bytedeco", "onnx"));
  private static final Library ONNX_RUNTIME = new Library("ONNX Runtime", Set.of("ai.onnxruntime"));
  private static final Library JACKSON = new Library("Jackson", Set.of("com.fasterxml.jackson"));
  private static final Library PICOCLI = new Library("picocli", Set.of("picocli"));
  private static final Library QUARTZ = new Library("Quartz", Set.of("org.quartz"));
  private static final Library LEDGER_LIBRARIES =
      new Library("a ledger's libraries", Set.of("org.jdbi", "org.flywaydb", "org.sqlite"));
  private static final Library POSTGRESQL = new Library("PostgreSQL", Set.of("org.postgresql"));
  private static final Library ICEBERG = new Library("Iceberg", Set.of("org.apache.iceberg"));
  private static final Library LMDB = new Library("LMDB", Set.of("org.lmdbjava"));
  private static final Library JEDIS =
      new Library("Jedis", Set.of("redis.clients", "org.apache.commons.pool2"));
  private static final Library ARMERIA =
      new Library("Armeria", Set.of("com.linecorp.armeria", "io.netty"));
  private static final Library MICROMETER = new Library("Micrometer", Set.of("io.micrometer"));
  private static final Set<Library> RESTRICTED =
      Set.of(
          SPARK,
          DL4J,
          ONNX_RUNTIME,
          JACKSON,
          PICOCLI,
          QUARTZ,
          LEDGER_LIBRARIES,
          POSTGRESQL,
          ICEBERG,
          LMDB,
          JEDIS,
          ARMERIA,
          MICROMETER);

  private static final Set<String> FEATURES =
      Set.of("data", "config", "feature", "fault", "storage", "process");
  private static final Set<String> SCORING =
      with(FEATURES, "contract", "bundle", "engine", "transform", "pipeline", "registry");
  private static final Set<String> JOBS =
      with(
          SCORING,
          "feature.spark",
          "storage.hadoop",
          "spark",
          "schedule",
          "job",
          "result",
          "sink",
          "sink.iceberg",
          "sink.jdbc",
          "certificate",
          "run",
          "submit");

  private static final Set<String> ONLINE_FORMS = with(SCORING, "online.request", "online.json");
  private static final Set<String> ONLINE =
      with(
          ONLINE_FORMS,
          "online.settings",
          "online.model",
          "online.score",
          "online.rest",
          "online.oip",
          "online.openapi");

  /** What a part may use: other parts of ours, and which of the restricted libraries. */
  private record Uses(Set<String> parts, Set<Library> libraries) {
    static Uses of(Set<String> parts, Library... libraries) {
      return new Uses(parts, Set.of(libraries));
    }
  }

  private static final Map<String, Uses> PARTS =
      Map.ofEntries(
          // features/core
          Map.entry("data", Uses.of(Set.of())),
          Map.entry("config", Uses.of(Set.of("data"))),
          Map.entry("feature", Uses.of(Set.of("data", "config"))),
          Map.entry("fault", Uses.of(Set.of())),
          Map.entry("storage", Uses.of(Set.of("data", "fault"))),
          Map.entry("process", Uses.of(Set.of())),
          Map.entry("access", Uses.of(Set.of("config", "storage"))),
          // features/spark
          Map.entry("feature.spark", Uses.of(FEATURES, SPARK, POSTGRESQL, ICEBERG)),
          // features/store
          Map.entry("store", Uses.of(FEATURES, LMDB, JEDIS)),
          Map.entry("project", Uses.of(with(FEATURES, "store"))),
          // scoring/core
          Map.entry("contract", Uses.of(FEATURES)),
          Map.entry("bundle", Uses.of(with(FEATURES, "contract"), JACKSON)),
          Map.entry("engine", Uses.of(with(FEATURES, "contract", "bundle", "transform"))),
          Map.entry("transform", Uses.of(with(FEATURES, "contract", "bundle"), JACKSON)),
          Map.entry(
              "pipeline", Uses.of(with(FEATURES, "contract", "bundle", "engine", "transform"))),
          Map.entry("registry", Uses.of(SCORING, JACKSON)),
          // scoring/dl4j, scoring/keras, scoring/onnx, scoring/spark
          Map.entry("dl4j", Uses.of(with(SCORING, "dl4j.compile"), DL4J, JACKSON)),
          Map.entry("dl4j.compile", Uses.of(SCORING, DL4J, JACKSON)),
          Map.entry("keras", Uses.of(SCORING, DL4J, JACKSON)),
          Map.entry("onnx", Uses.of(SCORING, ONNX_RUNTIME)),
          Map.entry("storage.hadoop", Uses.of(FEATURES, SPARK)),
          Map.entry("spark", Uses.of(with(SCORING, "storage.hadoop"), SPARK)),
          // scoring/online
          Map.entry("online.json", Uses.of(Set.of("data", "online.request"), JACKSON)),
          Map.entry("online.request", Uses.of(SCORING)),
          Map.entry(
              "online.settings", Uses.of(with(SCORING, "store", "project", "online.request"))),
          Map.entry(
              "online.model",
              Uses.of(with(SCORING, "store", "online.request", "online.settings", "online.score"))),
          Map.entry("online.score", Uses.of(Set.of("online.request"))),
          Map.entry("online.rest", Uses.of(with(ONLINE_FORMS, "online.model"), JACKSON)),
          Map.entry("online.oip", Uses.of(ONLINE_FORMS, JACKSON)),
          Map.entry(
              "online.openapi", Uses.of(with(ONLINE_FORMS, "online.rest", "online.oip"), JACKSON)),
          Map.entry("online.http", Uses.of(with(ONLINE, "access"), ARMERIA, MICROMETER)),
          Map.entry("online", Uses.of(with(ONLINE, "access", "online.http"), PICOCLI)),
          // scheduler
          Map.entry("schedule", Uses.of(FEATURES)),
          Map.entry("ledger", Uses.of(Set.of("data", "config"), LEDGER_LIBRARIES)),
          Map.entry("notice", Uses.of(Set.of("config", "ledger"))),
          Map.entry("schedule.node", Uses.of(with(FEATURES, "schedule", "ledger"))),
          Map.entry(
              "schedule.page",
              Uses.of(
                  with(FEATURES, "access", "schedule", "ledger", "schedule.node"),
                  JACKSON,
                  MICROMETER)),
          Map.entry("schedule.quartz", Uses.of(Set.of("schedule", "schedule.node"), QUARTZ)),
          // jobs
          Map.entry(
              "job",
              Uses.of(
                  with(
                      FEATURES,
                      "schedule",
                      "schedule.page",
                      "ledger",
                      "notice",
                      "bundle",
                      "engine",
                      "registry",
                      "store",
                      "project"))),
          Map.entry(
              "result", Uses.of(with(FEATURES, "contract", "storage.hadoop"), SPARK, JACKSON)),
          Map.entry("certificate", Uses.of(with(SCORING, "spark", "result"), SPARK)),
          Map.entry("run", Uses.of(without(JOBS, "submit"), SPARK)),
          Map.entry("submit", Uses.of(with(FEATURES, "result", "run"))),
          Map.entry("sink", Uses.of(with(FEATURES, "contract", "result"), SPARK)),
          Map.entry(
              "sink.jdbc",
              Uses.of(with(FEATURES, "contract", "result", "sink"), SPARK, POSTGRESQL)),
          Map.entry(
              "sink.iceberg",
              Uses.of(
                  with(FEATURES, "contract", "result", "sink", "storage.hadoop"), SPARK, ICEBERG)),
          Map.entry("reconcile", Uses.of(Set.of("result", "ledger"))),
          Map.entry("backfill", Uses.of(without(JOBS, "submit"), SPARK)),
          Map.entry("materialize", Uses.of(with(FEATURES, "feature.spark", "store"))),
          Map.entry("catalogue", Uses.of(without(JOBS, "submit"), SPARK)),
          Map.entry("demo", Uses.of(with(JOBS, "dl4j", "demo.oracle"), SPARK, DL4J, JACKSON)),
          Map.entry("demo.oracle", Uses.of(Set.of(), DL4J)),
          Map.entry(
              "cli",
              Uses.of(
                  with(
                      JOBS,
                      "backfill",
                      "demo",
                      "store",
                      "catalogue",
                      "materialize",
                      "ledger",
                      "notice",
                      "reconcile",
                      "schedule.node",
                      "schedule.page",
                      "schedule.quartz"),
                  SPARK,
                  JACKSON,
                  PICOCLI)));

  private static final Set<String> DESERIALIZING =
      Set.of("java.io.ObjectInputStream", "org.nd4j.common.util.SerializationUtils");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT.substring(0, ROOT.length() - 1));
  }

  /** A rule about classes that nobody read would hold. */
  @Test
  void everyPartWasRead() {
    Set<String> read = new TreeSet<>();
    List<String> strangers = new ArrayList<>();
    for (JavaClass type : classes) {
      if (!type.getSimpleName().equals("package-info")) {
        if (partOf(type).isEmpty()) {
          strangers.add(type.getName());
        }
        read.add(partOf(type));
      }
    }
    assertThat(strangers).as("classes of no part: name their package in PARTS").isEmpty();
    assertThat(read).as("parts that have classes").isEqualTo(new TreeSet<>(PARTS.keySet()));
  }

  @Test
  void arrowsPointOneWay() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass type : classes) {
      String part = partOf(type);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        String other = partOf(target);
        if (!part.isEmpty()
            && !other.isEmpty()
            && !other.equals(part)
            && !PARTS.get(part).parts().contains(other)) {
          wrong.add(part + " -> " + other + ": " + dependency.getDescription());
        }
      }
    }
    assertThat(wrong).as("arrows that point the wrong way").isEmpty();
  }

  @Test
  void librariesStayWhereTheyBelong() {
    Set<String> wrong = new TreeSet<>();
    Map<Library, Set<String>> seen = new HashMap<>();
    for (JavaClass type : classes) {
      String part = partOf(type);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getPackageName();
        for (Library library : RESTRICTED) {
          if (library.packages().stream().anyMatch(name -> isIn(target, name))) {
            seen.computeIfAbsent(library, any -> new TreeSet<>()).add(part);
            if (part.isEmpty() || !PARTS.get(part).libraries().contains(library)) {
              wrong.add(part + " uses " + library + ": " + dependency.getDescription());
            }
          }
        }
      }
    }
    assertThat(wrong).as("libraries used where they must not be").isEmpty();
    // The rule was not empty: these users are sure to exist.
    assertThat(seen.get(DL4J)).contains("dl4j", "demo.oracle");
    assertThat(seen.get(ONNX_RUNTIME)).containsExactly("onnx");
    assertThat(seen.get(SPARK)).contains("feature.spark", "spark", "run");
    assertThat(seen.get(PICOCLI)).contains("cli");
    assertThat(seen.get(JEDIS)).containsExactly("store");
    assertThat(seen.get(QUARTZ)).containsExactly("schedule.quartz");
    assertThat(seen.get(LEDGER_LIBRARIES)).containsExactly("ledger");
    assertThat(seen.get(ICEBERG)).containsExactly("feature.spark", "sink.iceberg");
    assertThat(seen.get(POSTGRESQL)).containsExactly("feature.spark", "sink.jdbc");
    assertThat(seen.get(ARMERIA)).containsExactly("online.http");
  }

  /** The demo's oracle is an independent witness: it knows nothing of what it checks. */
  @Test
  void theOracleKnowsOnlyTheReference() {
    Set<String> allowed = new HashSet<>(Set.of("java", "org.jspecify", "dev.nightjar.demo.oracle"));
    allowed.addAll(DL4J.packages());
    Set<String> wrong = new TreeSet<>();
    for (JavaClass type : classes) {
      if (partOf(type).equals("demo.oracle")) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (!target.isPrimitive()
              && allowed.stream().noneMatch(name -> isIn(target.getPackageName(), name))) {
            wrong.add(dependency.getDescription());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /**
   * Nothing is made of a stream of Java objects, nor by DL4J's readers, which make such streams.
   */
  @Test
  void nothingIsDeserialized() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass type : classes) {
      // The demo plays a user's program and restores what it has just saved itself.
      if (!partOf(type).startsWith("demo")) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          if (DESERIALIZING.contains(dependency.getTargetClass().getName())) {
            wrong.add(dependency.getDescription());
          }
        }
        type.getMethodCallsFromSelf().stream()
            .filter(call -> call.getTargetOwner().getSimpleName().equals("ModelSerializer"))
            .filter(call -> call.getName().startsWith("restore"))
            .forEach(call -> wrong.add(call.getDescription()));
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(classes.contain("dev.nightjar.dl4j.Bundles")).isTrue();
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void onlyTheCommandLineAndTheDemoPrint() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "cli..", ROOT + "demo..")
        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
        .check(classes);
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> unmarked = new TreeSet<>();
    for (JavaClass type : classes) {
      if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
        unmarked.add(type.getPackageName());
      }
    }
    assertThat(unmarked).as("packages without a package-info with @NullMarked").isEmpty();
  }

  /** The part that a class belongs to: the longest name of a package at or above its own. */
  private static String partOf(JavaClass type) {
    return PARTS.keySet().stream()
        .filter(part -> isIn(type.getPackageName(), ROOT + part))
        .max(Comparator.comparingInt(String::length))
        .orElse("");
  }

  private static boolean isIn(String name, String above) {
    return name.equals(above) || name.startsWith(above + ".");
  }

  private static Set<String> without(Set<String> some, String one) {
    Set<String> fewer = new HashSet<>(some);
    fewer.remove(one);
    return Set.copyOf(fewer);
  }

  private static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(List.of(more));
    return Set.copyOf(all);
  }
}
