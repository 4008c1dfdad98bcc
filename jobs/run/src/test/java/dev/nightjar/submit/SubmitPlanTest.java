package dev.nightjar.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitPlanTest {
  private static final String STANDALONE = "spark://127.0.0.1:7077";

  @TempDir Path folder;
  private Distribution distribution;

  @BeforeEach
  void write() throws IOException {
    for (String file :
        List.of(
            "lib/nightjar-jobs-cli-1.jar",
            "lib/nightjar-jobs-run-1.jar",
            "lib/a.jar",
            "lib/readme.txt",
            "lib/spark/spark-core.jar")) {
      Path path = folder.resolve("night jar").resolve(file);
      Files.createDirectories(path.getParent());
      Files.createFile(path);
    }
    distribution = Distribution.at(folder.resolve("night jar"));
  }

  @Test
  void the_jars_of_lib_go_one_by_one_and_sparks_do_not() {
    SubmitPlan plan = plan(STANDALONE, Optional.empty(), List.of());

    Path lib = folder.resolve("night jar/lib").toAbsolutePath();
    assertThat(after(plan, "--jars"))
        .isEqualTo(lib.resolve("a.jar") + "," + lib.resolve("nightjar-jobs-run-1.jar"));
    assertThat(plan.command())
        .endsWith(
            lib.resolve("nightjar-jobs-cli-1.jar").toString(),
            "run",
            "readings",
            "--interval",
            "2024-03-05");
    assertThat(after(plan, "--class")).isEqualTo("dev.nightjar.cli.Main");
  }

  @Test
  void executors_get_what_their_container_allows_and_a_native_cache_of_their_own() {
    SubmitPlan plan = plan(STANDALONE, Optional.empty(), List.of());

    assertThat(plan.setting("spark.executor.memory")).hasValue("1024m");
    assertThat(plan.setting("spark.executor.memoryOverhead")).hasValue("1024m");
    assertThat(plan.setting("spark.executorEnv.OMP_NUM_THREADS")).hasValue("1");
    assertThat(plan.setting("spark.executor.extraJavaOptions"))
        .hasValue(
            "-Dorg.bytedeco.javacpp.maxbytes=768m -Dorg.bytedeco.javacpp.maxphysicalbytes=1946m"
                + " -Dorg.bytedeco.javacpp.cachedir=./javacpp");
    assertThat(plan.environment()).containsEntry("OMP_NUM_THREADS", "1");
  }

  @Test
  void an_unpacked_cache_serves_driver_and_executors() {
    SubmitPlan plan = plan(STANDALONE, Optional.of("/var/natives"), List.of());

    assertThat(plan.setting("spark.executor.extraJavaOptions").orElseThrow())
        .endsWith(" -Dorg.bytedeco.javacpp.cachedir=/var/natives");
    assertThat(plan.command()).contains("-Dorg.bytedeco.javacpp.cachedir=/var/natives");
  }

  @Test
  void a_number_of_executors_is_cores_for_a_standalone_master_and_instances_elsewhere() {
    assertThat(plan(STANDALONE, Optional.empty(), List.of()).setting("spark.cores.max"))
        .hasValue("6");
    SubmitPlan yarn = plan("yarn", Optional.empty(), List.of());
    assertThat(yarn.setting("spark.executor.instances")).hasValue("3");
    assertThat(yarn.setting("spark.cores.max")).isEmpty();
  }

  @Test
  void the_users_settings_win_and_their_jvm_options_come_last() {
    SubmitPlan plan =
        plan(
            STANDALONE,
            Optional.empty(),
            List.of(
                "spark.executor.memory=700m",
                "spark.executor.extraJavaOptions=-Da=1 -Db=2",
                "spark.driver.extraJavaOptions=-Dc=3 -Dd=4",
                "spark.executorEnv.OMP_NUM_THREADS=2"));

    assertThat(plan.setting("spark.executor.memory")).hasValue("700m");
    assertThat(plan.setting("spark.executorEnv.OMP_NUM_THREADS")).hasValue("2");
    assertThat(plan.setting("spark.executor.extraJavaOptions").orElseThrow())
        .startsWith("-Dorg.bytedeco.javacpp.maxbytes=768m ")
        .endsWith(" -Da=1 -Db=2");
    // The driver is this JVM: its options must stand before the class.
    assertThat(plan.command().indexOf("-Dd=4"))
        .isBetween(1, plan.command().indexOf("org.apache.spark.deploy.SparkSubmit"));
    assertThat(plan.setting("spark.driver.extraJavaOptions")).isEmpty();
    assertThat(plan.notes())
        .containsExactly(
            "--conf spark.executor.memory=700m replaces what was derived from --executor-memory;"
                + " the limits of native memory remain those derived from it");
  }

  @Test
  void settings_that_lose_rows_are_refused_by_name() {
    assertThatThrownBy(() -> UserSettings.of(List.of("spark.sql.files.ignoreCorruptFiles=true")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--conf spark.sql.files.ignoreCorruptFiles=true would leave out")
        .hasMessageContaining("their rows with them");
    assertThat(UserSettings.of(List.of("spark.sql.files.ignoreCorruptFiles=false")).values())
        .hasSize(1);
    assertThatThrownBy(() -> UserSettings.of(List.of("spark.submit.deployMode=cluster")))
        .hasMessageContaining("cannot be set here: use --deploy-mode");
    assertThatThrownBy(() -> UserSettings.of(List.of("memory=3")))
        .hasMessage("--conf 'memory=3' is no setting of Spark; write --conf spark.KEY=VALUE");
  }

  @Test
  void settings_without_effect_are_told() {
    String key = "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version";
    assertThat(plan(STANDALONE, Optional.empty(), List.of(key + "=2")).notes())
        .containsExactly(
            "--conf "
                + key
                + "=2 has no effect: an attempt's files become visible by its manifest, whatever a"
                + " committer does");
  }

  @Test
  void the_driver_listens_on_loopback_only_where_the_cluster_does() {
    assertThat(plan(STANDALONE, Optional.empty(), List.of()).environment())
        .containsEntry("SPARK_LOCAL_IP", "127.0.0.1");
    assertThat(plan("spark://10.0.0.7:7077,127.0.0.1:7077", Optional.empty(), List.of()))
        .extracting(SubmitPlan::environment)
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .doesNotContainKey("SPARK_LOCAL_IP");
  }

  @Test
  void the_script_of_an_installed_spark_is_used_and_else_its_jars() throws IOException {
    Path spark = folder.resolve("spark");
    Files.createDirectories(spark.resolve("bin"));
    Path java = Path.of("/usr/bin/java");
    assertThat(SparkStart.find(spark.toString(), distribution, java, List.of()))
        .isEqualTo(new SparkStart.Plain(java, spark.resolve("jars"), List.of()));

    Path script = Files.createFile(spark.resolve("bin/spark-submit"));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    SparkStart start = SparkStart.find(spark.toString(), distribution, java, List.of());
    assertThat(start).isEqualTo(new SparkStart.Script(script));
    SubmitPlan plan =
        plan(start, "yarn", Optional.empty(), List.of("spark.driver.extraJavaOptions=-Dc=3"));
    assertThat(plan.command()).startsWith(script.toString(), "--driver-memory", "1g");
    assertThat(after(plan, "--driver-java-options"))
        .contains("-Dnightjar.submission=s-1")
        .endsWith("-Dc=3");

    assertThat(SparkStart.find(null, distribution, java, List.of()))
        .isEqualTo(new SparkStart.Plain(java, distribution.home().resolve("lib/spark"), List.of()));
  }

  /** What a shell makes of the line is what is started. */
  @Test
  void the_printed_line_can_be_typed() throws Exception {
    SubmitPlan plan =
        plan(
            new SparkStart.Plain(Path.of("printf"), folder.resolve("sp$ark's"), List.of("%s\\n")),
            STANDALONE,
            Optional.empty(),
            List.of("spark.a=it's; \"$HOME\" *"));
    List<String> words = new ArrayList<>(plan.command());
    words.remove(1); // printf would take -Xmx for an option
    SubmitPlan printing = new SubmitPlan(plan.environment(), words, List.of());

    Process shell =
        new ProcessBuilder("sh", "-c", printing.shellLine()).redirectErrorStream(true).start();
    String out = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(shell.waitFor()).isZero();
    assertThat(out.lines()).isEqualTo(words.subList(2, words.size()));
  }

  @Test
  void a_folder_without_the_command_line_is_no_distribution() {
    assertThatThrownBy(() -> Distribution.at(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder + " is no distribution of Nightjar: it has no folder lib");
  }

  private SubmitPlan plan(String master, Optional<String> cache, List<String> settings) {
    return plan(
        SparkStart.find(null, distribution, Path.of("/usr/bin/java"), List.of("--add-opens=x")),
        master,
        cache,
        settings);
  }

  private SubmitPlan plan(
      SparkStart start, String master, Optional<String> cache, List<String> settings) {
    return SubmitPlan.of(
        new SubmitPlan.Request(
            distribution,
            start,
            master,
            "1g",
            new Executors(ContainerMemory.of("2g"), Optional.of(3), 2, cache),
            UserSettings.of(settings),
            "s-1",
            List.of("run", "readings", "--interval", "2024-03-05")));
  }

  private static String after(SubmitPlan plan, String option) {
    return plan.command().get(plan.command().indexOf(option) + 1);
  }
}
