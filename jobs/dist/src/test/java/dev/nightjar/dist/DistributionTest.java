package dev.nightjar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Looks at the jars of the assembled distribution. Runs after it is assembled, when the POM tells
 * where; with -Dtest Surefire would start it before, too.
 */
@EnabledIfSystemProperty(named = "nightjar.dist", matches = ".+")
class DistributionTest {
  private static final Path HOME = Path.of(property("nightjar.dist"));

  @Test
  void everyFileIsThere() {
    assertThat(HOME.resolve("bin/nightjar")).isExecutable();
    assertThat(HOME.resolve("conf/log4j2.properties")).isRegularFile();
    assertThat(HOME.resolve("README.md")).isRegularFile();
    assertThat(HOME.resolve("LICENSE")).isRegularFile();
  }

  @Test
  void noArtifactLiesInLibAndInLibSpark() throws IOException {
    Map<String, Jar> spark = new TreeMap<>();
    jars("lib/spark", "nightjar.jars.spark").forEach(jar -> spark.put(jar.name(), jar));
    assertThat(spark).hasSizeGreaterThan(100);
    List<String> twice = new ArrayList<>();
    for (Jar jar : jars("lib", "nightjar.jars.lib")) {
      Jar other = spark.get(jar.name());
      if (other != null) {
        twice.add("lib has " + jar + ", lib/spark has " + other + ": name Spark's in the root pom");
      }
    }
    assertThat(twice).isEmpty();
  }

  @Test
  void theEndpointHasAClassPathOfItsOwn() throws IOException {
    List<String> names = Files.readAllLines(HOME.resolve("lib/online/class.path"));
    assertThat(names).anyMatch(name -> name.startsWith("onnxruntime-"));
    assertThat(names).anyMatch(name -> name.startsWith("nightjar-scoring-online-"));
    assertThat(names)
        .as("what the endpoint must do without")
        .noneMatch(
            name -> name.matches("(spark|quartz|nd4j|datavec|deeplearning4j|hadoop|scala)-.*"))
        .noneMatch(
            name -> name.matches("nightjar-(jobs|scheduler|scoring-spark|features-spark).*"));
    List<String> withDl4j = Files.readAllLines(HOME.resolve("lib/online/dl4j.class.path"));
    assertThat(withDl4j).anyMatch(name -> name.startsWith("nd4j-native-"));
    for (String name : Stream.concat(names.stream(), withDl4j.stream()).toList()) {
      assertThat(Stream.of("lib/online", "lib", "lib/spark").filter(in -> isThere(in, name)))
          .as("places of " + name)
          .hasSize(1);
    }
  }

  @Test
  void whatSchedulersNeedLiesApartAndOnce() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve("lib/schedule"))) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      assertThat(names)
          .anyMatch(name -> name.startsWith("quartz-"))
          .anyMatch(name -> name.startsWith("jdbi3-core-"))
          .anyMatch(name -> name.startsWith("flyway-core-"))
          .anyMatch(name -> name.startsWith("sqlite-jdbc-"));
      for (String folder : List.of("lib", "lib/spark")) {
        try (Stream<Path> others = Files.list(HOME.resolve(folder))) {
          List<String> there =
              others.map(file -> withoutVersion(file.getFileName().toString())).toList();
          assertThat(names.stream().map(DistributionTest::withoutVersion))
              .as("jars of lib/schedule that lie in " + folder + " in another version")
              .doesNotContainAnyElementsOf(there);
          assertThat(there)
              .as(folder + " is a Spark driver's")
              .noneMatch(name -> name.matches("(quartz|jdbi3|flyway|sqlite).*"));
        }
      }
    }
  }

  private static String withoutVersion(String jar) {
    return jar.replaceAll("-\\d.*", "");
  }

  private static boolean isThere(String folder, String name) {
    return Files.exists(HOME.resolve(folder).resolve(name));
  }

  @Test
  void nativesAreOfOnePlatform() throws IOException {
    List<Jar> natives =
        jars("lib", "nightjar.jars.lib").stream().filter(jar -> !jar.platform().isEmpty()).toList();
    assertThat(natives.stream().map(Jar::platform).collect(Collectors.toSet())).hasSize(1);
    for (String artifact : List.of("nd4j-native", "openblas", "javacpp")) {
      assertThat(natives.stream().filter(jar -> jar.artifact().equals(artifact)))
          .as("variants of " + artifact)
          .hasSize(1);
    }
  }

  @Test
  void ourJarsTellTheirVersion() throws IOException {
    List<Jar> ours =
        jars("lib", "nightjar.jars.lib").stream()
            .filter(jar -> jar.group().equals("dev.nightjar"))
            .toList();
    assertThat(ours).hasSizeGreaterThanOrEqualTo(9);
    for (Jar jar : ours) {
      try (JarFile file = new JarFile(HOME.resolve("lib").resolve(jar.file()).toFile())) {
        assertThat(
                file.getManifest()
                    .getMainAttributes()
                    .getValue(Attributes.Name.IMPLEMENTATION_VERSION))
            .as(jar.file())
            .isEqualTo(jar.version());
      }
    }
  }

  /** A jar as Maven named it: what a file name alone cannot tell apart. */
  private record Jar(String group, String artifact, String classifier, String version) {
    private static final Pattern PLATFORM =
        Pattern.compile("(linux|macosx|windows|android|ios)-[a-z0-9_]+");

    /**
     * The artifact's name, to compare by. What ND4J has moved into packages of its own carries the
     * names of the originals (guava, jackson, protobuf) and its own group.
     */
    String name() {
      return group.equals("org.nd4j") ? group + ":" + artifact : artifact;
    }

    String platform() {
      Matcher matcher = PLATFORM.matcher(classifier);
      return matcher.lookingAt() ? matcher.group() : "";
    }

    String file() {
      return artifact + "-" + version + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar";
    }
  }

  /** The jars in a folder; fails when it holds one that Maven did not resolve for it. */
  private static List<Jar> jars(String folder, String list) throws IOException {
    Map<String, Jar> resolved = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of(property(list)))) {
      // group:artifact:jar[:classifier]:version:scope[ -- module …]
      String[] parts = line.strip().replaceAll(" .*", "").split(":", -1);
      if (parts.length >= 5) {
        Jar jar =
            parts.length == 5
                ? new Jar(parts[0], parts[1], "", parts[3])
                : new Jar(parts[0], parts[1], parts[3], parts[4]);
        resolved.put(jar.file(), jar);
      }
    }
    TreeSet<String> files;
    try (Stream<Path> paths = Files.list(HOME.resolve(folder))) {
      files =
          paths
              .map(path -> path.getFileName().toString())
              .filter(name -> name.endsWith(".jar"))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    assertThat(resolved.keySet()).as("resolved for " + folder).containsAll(files);
    return files.stream().map(resolved::get).toList();
  }

  static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set: run this test with 'mvn verify'");
    }
    return value;
  }
}
