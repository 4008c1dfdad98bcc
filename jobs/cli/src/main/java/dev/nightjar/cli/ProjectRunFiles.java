package dev.nightjar.cli;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.job.Project;
import dev.nightjar.result.AttemptOutcome;
import dev.nightjar.result.Outcomes;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.JobRunner;
import dev.nightjar.schedule.page.RunDetails;
import dev.nightjar.schedule.page.RunFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** What lies under the output paths of a project's jobs, for the page of its schedulers. */
final class ProjectRunFiles implements RunFiles {
  private final Project project;
  private final Configuration hadoop = new Configuration();

  ProjectRunFiles(Project project) {
    this.project = project;
  }

  @Override
  public Optional<RunDetails> record(String job, String interval, long token) throws IOException {
    return read(
        job,
        store ->
            store
                .record(interval, token)
                .filter(record -> !record.isUnreadable())
                .map(record -> details(record, record.ending().status().word(), "as recorded")));
  }

  @Override
  public List<RunDetails> attempts(String job, String interval) throws IOException {
    return read(
        job,
        store ->
            new Outcomes(store, Clock.systemUTC())
                .of(interval).stream().map(ProjectRunFiles::details).toList());
  }

  @Override
  public Path log(String job, String interval, long fence) {
    try {
      return ChildRuns.log(project.folder(), job, interval, fence);
    } catch (InvalidPathException e) {
      return project.folder().resolve("log"); // A name that somebody else wrote into the ledger.
    }
  }

  private interface Reading<T> {
    T of(ResultStore store);
  }

  private <T> T read(String job, Reading<T> reading) throws IOException {
    try {
      return reading.of(JobRunner.store(hadoop, project.job(job)));
    } catch (ResultException
        | ConfigurationException
        | IllegalArgumentException
        | UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static RunDetails details(AttemptOutcome outcome) {
    return details(outcome.record(), outcome.fate().word(), outcome.because());
  }

  private static RunDetails details(RunRecord record, String fate, String because) {
    boolean isThere = !record.isUnreadable();
    RunRecord.Counts counts = record.counts();
    return new RunDetails(
        record.token(),
        fate,
        because,
        record.ending().status().word(),
        record.ending().reason(),
        isThere ? record.started() : null,
        isThere ? record.ended() : null,
        isThere
            ? new RunDetails.Rows(
                counts.read(),
                counts.scored(),
                counts.filtered(),
                counts.rejected(),
                counts.unassigned())
            : null,
        record.rejections().stream()
            .map(
                one ->
                    new RunDetails.Rejection(one.stage(), one.field(), one.example(), one.count()))
            .toList(),
        record.flags(),
        record.steps().stream()
            .map(step -> new RunDetails.Step(step.name(), step.seconds()))
            .toList(),
        record.parity() == null ? null : ParityLine.of(record.parity()),
        origins(record),
        digests(record.digests()),
        record.warnings());
  }

  private static Map<String, String> origins(RunRecord record) {
    Map<String, String> origins = new LinkedHashMap<>();
    RunRecord.Model model = record.model();
    put(
        origins,
        "model",
        model == null ? null : model.name() + ":" + model.version() + ", as " + model.reference());
    put(
        origins,
        "engine",
        record.engine() == null ? null : record.engine() + " on " + record.device());
    RunRecord.Lineage lineage = record.lineage();
    put(origins, "input", lineage.input() == null ? null : origin(lineage.input()));
    lineage.views().forEach((view, from) -> origins.put("view " + view, origin(from)));
    put(origins, "files", lineage.output());
    RunRecord.Versions by = record.versions();
    if (!by.nightjar().isEmpty()) {
      origins.put(
          "computed by",
          "Nightjar " + by.nightjar() + ", Spark " + by.spark() + ", Java " + by.java());
    }
    return origins;
  }

  private static String origin(RunRecord.Origin origin) {
    return origin.files() == 0
        ? origin.source()
        : String.format(
            Locale.ROOT,
            "%s, %,d files of %,d bytes",
            origin.source(),
            origin.files(),
            origin.bytes());
  }

  private static Map<String, String> digests(RunRecord.Digests of) {
    Map<String, String> digests = new LinkedHashMap<>();
    put(digests, "input", of.input());
    put(digests, "configuration", of.configuration());
    put(digests, "bundle", of.bundle());
    of.views().forEach((view, digest) -> digests.put("view " + view, digest));
    of.snapshots().forEach((view, at) -> digests.put("snapshot " + view, at));
    return digests;
  }

  private static void put(Map<String, String> all, String name, @Nullable String value) {
    if (value != null) {
      all.put(name, value);
    }
  }
}
