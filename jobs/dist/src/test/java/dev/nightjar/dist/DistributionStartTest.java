package dev.nightjar.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Starts bin/nightjar with a Java that only prints what it was called with. */
@EnabledIfSystemProperty(named = "nightjar.dist", matches = ".+")
class DistributionStartTest {
  private static final Path HOME = Path.of(DistributionTest.property("nightjar.dist"));

  @TempDir Path temp;

  private record Result(int exit, List<String> lines) {}

  @BeforeEach
  void java() throws IOException {
    fakeJava("17.0.15");
  }

  @Test
  void carriesTheJvmFlagsOfTheRootPom() throws Exception {
    String script = Files.readString(HOME.resolve("bin/nightjar"));
    List<String> flags =
        script
            .substring(script.indexOf("# What Spark needs"), script.indexOf("# end of Spark's"))
            .lines()
            .skip(1)
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    String wanted = DistributionTest.property("nightjar.spark.jvm.flags");
    assertThat(flags).containsExactly(wanted.strip().split("\\s+"));
    assertThat(start(Map.of()).lines()).containsAll(flags);
  }

  @Test
  void setsTheEnvironmentAndTheHeap() throws Exception {
    assertThat(start(Map.of(), "run", "a b").lines())
        .contains("OMP_NUM_THREADS=1", "SPARK_LOCAL_IP=127.0.0.1")
        .contains("SPARK_LOCAL_HOSTNAME=localhost", "-Xmx2g", "-XX:+UseParallelGC")
        .contains("-Dlog4j2.configurationFile=" + HOME.resolve("conf/log4j2.properties"))
        .endsWith("dev.nightjar.cli.Main", "run", "a b");
    Map<String, String> own =
        Map.of(
            "OMP_NUM_THREADS", "3", "NIGHTJAR_HEAP", "5g", "NIGHTJAR_OPTS", "-Da=b -XX:+UseG1GC");
    assertThat(start(own).lines())
        .contains("OMP_NUM_THREADS=3", "-Xmx5g", "-Da=b", "-XX:+UseG1GC")
        .doesNotContain("-XX:+UseParallelGC");
  }

  @Test
  void compilesQuicklyWhereACommandIsShortAndWellWhereItIsLong() throws Exception {
    String quick = "-XX:TieredStopAtLevel=1";
    assertThat(start(Map.of(), "demo").lines()).contains(quick);
    assertThat(start(Map.of(), "--verbose", "plan", "run").lines()).contains(quick);
    assertThat(start(Map.of(), "--verbose", "run", "demo").lines()).doesNotContain(quick);
    assertThat(start(Map.of(), "features", "join").lines()).doesNotContain(quick);
  }

  @Test
  void takesOptionsBeforeTheCommand() throws Exception {
    assertThat(start(Map.of(), "--verbose", "run").lines())
        .contains("SPARK_LOCAL_IP=127.0.0.1")
        .endsWith("dev.nightjar.cli.Main", "--verbose", "run");
    assertThat(start(Map.of(), "--verbose", "submit", "run").lines())
        .doesNotContain("SPARK_LOCAL_IP=127.0.0.1", "SPARK_LOCAL_HOSTNAME=localhost")
        .endsWith("dev.nightjar.cli.Main", "--verbose", "submit", "run");
  }

  @Test
  void takesTheJarsOfSparkHome() throws Exception {
    Path spark = Files.createDirectories(temp.resolve("my spark/jars"));
    assertThat(start(Map.of()).lines()).contains(HOME + "/lib/*:" + HOME + "/lib/spark/*");
    assertThat(start(Map.of("SPARK_HOME", spark.getParent().toString())).lines())
        .contains(HOME + "/lib/*:" + spark + "/*");
    assertThat(start(Map.of("SPARK_HOME", "/nowhere")))
        .satisfies(result -> assertThat(result.exit()).isEqualTo(2))
        .satisfies(result -> assertThat(result.lines()).hasSize(1));
  }

  @Test
  void schedulersAloneGetTheirLibraries() throws Exception {
    String own = HOME + "/lib/*:" + HOME + "/lib/schedule/*:" + HOME + "/lib/spark/*";
    assertThat(start(Map.of("NIGHTJAR_HEAP", "5g"), "schedule", "--once").lines())
        .contains(own, "-Xmx256m")
        .endsWith("dev.nightjar.cli.Main", "schedule", "--once");
    assertThat(start(Map.of(), "runs", "a").lines()).contains(own, "-Xmx2g");
    assertThat(start(Map.of(), "run", "a").lines()).doesNotContain(own, "-Xmx256m");
  }

  @Test
  void startsThroughLinksAndWithSpacesInPaths() throws Exception {
    Path folder = Files.createDirectories(temp.resolve("a folder"));
    Path home = Files.createSymbolicLink(folder.resolve("the home"), HOME);
    Path link = Files.createSymbolicLink(folder.resolve("nj"), Path.of("the home/bin/nightjar"));
    assertThat(start(link, Map.of()).lines()).contains("-Dnightjar.home=" + HOME);
    assertThat(start(home.resolve("bin/nightjar"), Map.of()).exit()).isZero();
    Files.delete(link);
    Files.delete(home);
  }

  @Test
  void saysInOneSentenceWhichJavaIsMissing() throws Exception {
    assertThat(start(Map.of("JAVA_HOME", "/nowhere")).lines())
        .singleElement()
        .asString()
        .startsWith("nightjar: JAVA_HOME is '/nowhere'");
    for (String old : List.of("11.0.2", "1.8.0_392")) {
      fakeJava(old);
      Result result = start(Map.of());
      assertThat(result.exit()).isEqualTo(2);
      assertThat(result.lines())
          .singleElement()
          .asString()
          .contains("is Java " + old + ", but 17 or newer is needed");
    }
  }

  private void fakeJava(String version) throws IOException {
    Path bin = Files.createDirectories(temp.resolve("java home/bin"));
    Files.writeString(bin.resolveSibling("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path java = bin.resolve("java");
    Files.writeString(java, "#!/bin/sh\nenv\nprintf '%s\\n' \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Result start(Map<String, String> environment, String... arguments) throws Exception {
    return start(HOME.resolve("bin/nightjar"), environment, arguments);
  }

  private Result start(Path script, Map<String, String> environment, String... arguments)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of(script.toString()), Stream.of(arguments)).toList());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("JAVA_HOME", temp.resolve("java home").toString());
    builder.environment().putAll(environment);
    Process process = builder.directory(temp.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), output.lines().toList());
  }
}
