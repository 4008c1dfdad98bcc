package dev.nightjar.job;

import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Limit;
import dev.nightjar.config.Place;
import dev.nightjar.config.Template;
import dev.nightjar.engine.DeviceChoice;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.feature.DatabaseSource;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.IcebergSource;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.Source;
import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a job file says, with the views that it names.
 *
 * @param name of the job
 * @param project the folder against which relative paths are meant
 * @param environment whose values are put back to their names before a text is stored
 * @param grain how long its intervals are
 * @param zone in which they are meant
 * @param input what is scored
 * @param views what is joined to it, in the file's order
 * @param freshness how old the newest row of a view may be that is there when the interval ends, by
 *     name of view; of others any age will do
 * @param joins how, by name of view, where a view's size is not to decide
 * @param bundle a path, or a {@link dev.nightjar.registry.Reference} to a bundle of the registry
 * @param registry where the project's registry lies
 * @param bundleSignedBy whose signature it must carry; empty to take any
 * @param engine what is to run its network
 * @param device on what
 * @param output where the result goes
 * @param limits under which a result is published
 * @param audit how its rows are held against other ways to score them
 * @param schedule when it is due; empty for a job that is only run by hand
 * @param digest SHA-256 over the job's and the views' files, and the keys'
 */
public record Job(
    String name,
    Path project,
    Environment environment,
    Grain grain,
    ZoneId zone,
    Input input,
    List<FeatureView> views,
    Map<String, Duration> freshness,
    Map<String, JoinWay> joins,
    Template bundle,
    Template registry,
    Optional<TrustedKeys> bundleSignedBy,
    Asked<EngineChoice> engine,
    Asked<DeviceChoice> device,
    Output output,
    Limits limits,
    Audit audit,
    Optional<Schedule> schedule,
    String digest) {

  /** The same job with another bundle, a path or a reference. */
  public Job withBundle(Template other) {
    return new Job(
        name,
        project,
        environment,
        grain,
        zone,
        input,
        views,
        freshness,
        joins,
        other,
        registry,
        bundleSignedBy,
        engine,
        device,
        output,
        limits,
        audit,
        schedule,
        digest);
  }

  /**
   * Something that can only be held against the bundle, and the cluster.
   *
   * @param choice what the file says, or means by saying nothing
   * @param place where it says so
   */
  public record Asked<E>(E choice, Place place) {}

  /**
   * What is scored.
   *
   * @param rows where the rows come from
   * @param time the column that assigns rows to intervals
   * @param key the columns that name a row, at least one
   * @param asOf the column of the time at which a row asks for its features; needed by views with
   *     event times
   */
  public record Input(Rows rows, String time, List<String> key, Optional<String> asOf) {}

  /** Where input rows come from. */
  public sealed interface Rows {}

  /** Rows that a source declares, and not the session. */
  public sealed interface OfSource extends Rows {
    /** What declares them. */
    Source source();
  }

  /** Files, in which variables of the interval may stand. */
  public record Files(FileSource source) implements OfSource {}

  /** A table of a database; variables of the interval may stand in its query. */
  public record Database(DatabaseSource source) implements OfSource {}

  /** An Iceberg table. */
  public record Iceberg(IcebergSource source) implements OfSource {}

  /** A table that the Spark session knows. */
  public record Table(String name) implements Rows {}

  /** A query that the Spark session runs. */
  public record Query(Template sql) implements Rows {}

  /**
   * Where the result goes.
   *
   * @param path the folder that holds {@code data} and {@code _nightjar}
   * @param table that readers see the result in besides; empty where they go by {@code path} alone
   * @param passThrough input columns that are written along
   * @param keep how long superseded and failed attempts stay, for those who read them
   */
  public record Output(
      Template path, Optional<Target> table, List<String> passThrough, Duration keep) {
    /** Where a job says nothing. */
    public static final Duration KEEP = Duration.ofDays(7);
  }

  /** A table that results are published to. */
  public sealed interface Target {
    /** Which table it is, without secrets: two jobs with equal ones write to one table. */
    String name();
  }

  /**
   * A table in Iceberg's format.
   *
   * @param table where it is, as a source has it
   */
  public record IcebergTarget(IcebergSource table) implements Target {
    @Override
    public String name() {
      return "the Iceberg table " + table.table() + " of " + place();
    }

    private String place() {
      return table.catalog().map(IcebergSource.Catalog::uri).orElse(table.warehouse()).written();
    }
  }

  /**
   * A table in a PostgreSQL database.
   *
   * @param url as JDBC has it
   * @param user who writes
   * @param password of the user
   * @param table a name as SQL has it
   * @param write how rows take the place of others
   */
  public record DatabaseTarget(
      Template url, Optional<Template> user, Optional<Template> password, String table, Write write)
      implements Target {
    /** How rows take the place of others. */
    public enum Write {
      /** The interval's rows are taken out and the new ones put in. */
      INTERVAL,
      /** The same, and each key is there once, with the row of the newest interval that has it. */
      MERGE
    }

    @Override
    public String name() {
      return "the table " + table + " of " + url;
    }
  }

  /**
   * What a result must keep to, to be published.
   *
   * @param rejectedRows held against the rows of the interval
   * @param unassignedRows rows without a time, held against all rows of the input's listing
   * @param minRows the least number of rows of the interval
   * @param emptyViews whether a view without any rows is allowed
   */
  public record Limits(
      Limit rejectedRows, Limit unassignedRows, long minRows, EmptyViews emptyViews) {}

  /**
   * The parity certificate of a run.
   *
   * @param sample how many rows are scored again; 0 for no certificate
   * @param deadline how long a run waits for the reference when all else is done
   * @param withoutReference what becomes of a result with which the reference could not be asked,
   *     though the model has one
   */
  public record Audit(int sample, Duration deadline, WithoutReference withoutReference) {
    /** Where a job says nothing. */
    public static final Audit DEFAULT =
        new Audit(100, Duration.ofSeconds(60), WithoutReference.PUBLISH);

    /** The most rows: all of them are held by the driver. */
    public static final int MOST = 10_000;
  }

  /** What it means that the reference did not answer. */
  public enum WithoutReference {
    /** The result is published with a warning. */
    PUBLISH,
    /** It is not. */
    REFUSE
  }

  /** What a feature view without any rows means. */
  public enum EmptyViews {
    REFUSE,
    ALLOW
  }
}
