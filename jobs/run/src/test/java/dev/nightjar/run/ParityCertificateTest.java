package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.fault.Guard;
import dev.nightjar.result.ParityCertificate;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.PipelineFormat;
import dev.nightjar.transform.Program;
import dev.nightjar.transform.Step.OneHot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample of a run's rows is scored again on request and by the reference, and must be equal. */
class ParityCertificateTest {
  private static final String JOB = "conf/jobs/readings.yaml";
  private static final String BUNDLE = "bundles/readings";

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.in(folder);
  }

  @Test
  void scored_filtered_and_rejected_rows_are_compared_and_the_record_has_the_figures() {
    audit("sample: 100");

    RunRecord record = published();

    ParityCertificate parity = record.parity();
    assertThat(parity.rows()).isEqualTo(new ParityCertificate.Rows(4, 1, 1));
    assertThat(parity.withoutReference()).isNull();
    assertThat(parity.comparisons())
        .extracting(ParityCertificate.Comparison::path)
        .containsExactly("online", "reference");
    assertThat(parity.comparisons())
        .allSatisfy(
            comparison -> {
              assertThat(comparison.rows()).isEqualTo(6);
              assertThat(comparison.differing()).isZero();
              assertThat(comparison.flippedLabels()).isZero();
              assertThat(comparison.largest())
                  .containsOnlyKeys("transform", "normalize", "model", "post");
              assertThat(comparison.largestOfAll()).isLessThanOrEqualTo(1);
            });
    assertThat(record.warnings()).isEmpty();
    assertThat(files().filter(carries()).count()).isEqualTo(6);
    readersSeeNothingOfIt();
  }

  private void readersSeeNothingOfIt() {
    String out = project.path("out/readings").toString();
    Results results = Results.at(TestProject.spark(), out);
    assertThat(files().columns()).contains(ReservedColumns.SAMPLE);
    assertThat(
            Stream.of(
                results.scored(),
                results.filtered(),
                results.quarantine(),
                TestProject.spark().read().format("nightjar").load(out)))
        .allSatisfy(
            rows -> {
              assertThat(rows.columns()).contains("id").doesNotContain(ReservedColumns.SAMPLE);
              assertThat(rows.collectAsList()).isNotEmpty();
            });
  }

  /** The compiled transform swaps two categories, and no golden row is asked. */
  @Test
  void a_wrong_kernel_is_refused_with_row_stage_column_and_both_values() {
    audit("sample: 100");
    change(BundleFiles.PIPELINE, ParityCertificateTest::withSwappedCategories);
    System.setProperty(Guard.GOLDEN_ROWS.property(), "true");
    RunResult result;
    try {
      result = project.run();
    } finally {
      System.clearProperty(Guard.GOLDEN_ROWS.property());
    }

    assertThat(result.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.record().ending().reason())
        .startsWith("the parity certificate refuses the result: 4 of 6 rows differ from the")
        .containsPattern(
            "reference, such as id=[1235] at stage transform, colour\\[red]: [01]\\.0 was written and"
                + " [01]\\.0 is right\\. Nothing is published\\.")
        .contains("run with 'engine: dl4j', and package the model again");
    assertThat(result.record().parity().comparisons())
        .extracting(ParityCertificate.Comparison::differing)
        .containsExactly(0L, 4L);
    assertThat(result.manifest()).isEmpty();
    assertThat(project.files("out/readings"))
        .noneMatch(file -> file.toString().contains("published"));
  }

  @Test
  void an_engine_that_computes_otherwise_in_tasks_is_refused() {
    audit("sample: 100");
    String manifest =
        new String(
            Bundle.open(project.path(BUNDLE)).files().get(BundleFiles.MANIFEST),
            StandardCharsets.UTF_8);
    writeManifest(manifest.replaceFirst("(?m)^engine: .*$", "engine: " + EngineOffInTasks.NAME));

    RunResult result = project.run();

    assertThat(result.exit()).as(result.record().ending().reason()).isEqualTo(ExitCode.REFUSED);
    String right = Double.toString((float) TestProject.score(EngineOffInTasks.X, false, 12.0));
    assertThat(result.record().ending().reason())
        .contains(
            "1 of 6 rows differ from what they are on request, such as id=2 at stage model, value 0:",
            " was written and " + right + " is right; 1 of 6 rows differ from the reference",
            "The executors compute otherwise than this machine: run again, on other machines");
    assertThat(result.record().parity().comparisons())
        .allSatisfy(
            comparison -> {
              assertThat(comparison.differing()).isEqualTo(1);
              assertThat(comparison.largest().get("model")).isGreaterThan(1);
              assertThat(comparison.largest().get("transform")).isLessThanOrEqualTo(1);
            });
  }

  @Test
  void a_reference_that_does_not_answer_is_told_and_the_result_published() {
    audit("sample: 3");
    change(BundleFiles.TRANSFORM, text -> "{}");

    RunRecord record = published();

    assertThat(record.parity().rows().total()).isEqualTo(3);
    assertThat(record.parity().comparisons())
        .extracting(ParityCertificate.Comparison::path)
        .containsExactly("online");
    assertThat(record.parity().withoutReference()).contains("transform.json");
    assertThat(record.warnings())
        .singleElement()
        .asString()
        .startsWith("the sample was not compared with the reference: ")
        .contains("transform.json");
  }

  @Test
  void or_refused_where_the_job_asks_for_that() {
    audit("sample: 3, without-reference: refuse");
    change(BundleFiles.TRANSFORM, text -> "{}");

    RunResult result = project.run();

    assertThat(result.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.record().ending().reason())
        .startsWith("the sample was not compared with the reference: ")
        .contains("Nothing is published, as audit.without-reference asks");
    assertThat(result.record().parity().rows().total()).isEqualTo(3);
  }

  private void audit(String keys) {
    project.replace(JOB, "sample: 0", keys);
  }

  private RunRecord published() {
    RunResult result = project.run();
    assertThat(result.exit()).as(result.record().ending().reason()).isEqualTo(ExitCode.PUBLISHED);
    return result.record();
  }

  /** The written files as they are, past the manifests. */
  private Dataset<Row> files() {
    return TestProject.spark()
        .read()
        .parquet(project.path("out/readings/data/" + TestProject.DAY + "/1").toString());
  }

  private static Column carries() {
    return functions.col(ReservedColumns.SAMPLE).isNotNull();
  }

  private static String withSwappedCategories(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Pipeline pipeline = PipelineFormat.read("pipeline.json", bytes);
    Program program = pipeline.transform();
    List<dev.nightjar.transform.Step> steps =
        program.steps().stream()
            .map(
                step ->
                    step instanceof OneHot one
                        ? new OneHot(
                            one.in(),
                            List.of(one.out().get(1), one.out().get(0)),
                            one.least(),
                            one.field())
                        : step)
            .toList();
    return new String(
        PipelineFormat.write(
            new Pipeline(
                new Program(program.inputs(), program.slots(), steps, program.outputs()),
                pipeline.normalize(),
                pipeline.categories(),
                pipeline.layer(),
                pipeline.activations(),
                pipeline.inputs())),
        StandardCharsets.UTF_8);
  }

  /** How a test changes a file of the bundle. */
  private interface Change {
    String of(String text);
  }

  /** Changes a file of the bundle, whose digests are right afterwards. */
  private void change(String file, Change change) {
    Bundle bundle = Bundle.open(project.path(BUNDLE));
    Map<String, byte[]> files = new TreeMap<>();
    bundle.files().names().forEach(name -> files.put(name, bundle.files().get(name)));
    String text = change.of(new String(files.get(file), StandardCharsets.UTF_8));
    files.put(file, text.getBytes(StandardCharsets.UTF_8));
    files.remove(BundleFiles.MANIFEST);
    BundleManifest manifest = bundle.manifest().withDigests(Bundle.digests(files));
    project.write(BUNDLE + "/" + file, text);
    writeManifest(new String(manifest.toBytes(), StandardCharsets.UTF_8));
  }

  private void writeManifest(String text) {
    project.write(BUNDLE + "/" + BundleFiles.MANIFEST, text);
  }
}
