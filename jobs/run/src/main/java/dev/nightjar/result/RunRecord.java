package dev.nightjar.result;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.nightjar.data.KeyDigest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened in one attempt, for people and the ledger. Every attempt writes one, also the
 * failed and refused; it says nothing about what readers see, which only manifests do. What an
 * attempt did not come to is zero, empty or null.
 *
 * @param format the version it was written in; 0 when the file cannot be read
 * @param job that was run
 * @param interval that it was run for
 * @param token of the attempt
 * @param started when it began
 * @param ended when it ended
 * @param ending how it ended
 * @param counts its rows
 * @param rejections why rows were rejected, most frequent first
 * @param flags how many rows carry each flag
 * @param steps how long each part took, in order
 * @param digests of what went in
 * @param lineage where the result comes from, and where it went
 * @param model what the job's reference to the registry meant; null when it names a path
 * @param engine what ran the network; null when the attempt did not come so far, and in records of
 *     before it could be asked for
 * @param device on what it ran, {@code cpu} or {@code gpu}; null as the engine
 * @param keys which keys were read and written
 * @param parity the figures of the parity certificate; null when there is none: the attempt did not
 *     come so far, or was not to have one, and in records of before there was any
 * @param versions of what computed it
 * @param replay present for an attempt that scored rejected rows of a published result again
 * @param warnings for people
 */
@JsonPropertyOrder({
  "format",
  "job",
  "interval",
  "token",
  "run",
  "started",
  "ended",
  "ending",
  "counts",
  "rejections",
  "flags",
  "steps",
  "digests",
  "lineage",
  "model",
  "engine",
  "device",
  "keys",
  "parity",
  "versions",
  "replay",
  "warnings"
})
public record RunRecord(
    int format,
    String job,
    String interval,
    long token,
    Instant started,
    Instant ended,
    Ending ending,
    Counts counts,
    List<Rejections> rejections,
    Map<String, Long> flags,
    List<Step> steps,
    Digests digests,
    Lineage lineage,
    @Nullable Model model,
    @Nullable String engine,
    @Nullable String device,
    Keys keys,
    @Nullable ParityCertificate parity,
    Versions versions,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Replayed replay,
    List<String> warnings) {

  /** The newest version of the format that this Nightjar reads. */
  public static final int FORMAT = 2;

  /**
   * The first format, which is written wherever it does: Nightjars that know no other read all
   * records but those of {@link Status#SKIPPED}, of which they say that they are newer.
   */
  private static final int FIRST_FORMAT = 1;

  private static final int UNREADABLE = 0;

  public RunRecord {
    ending = ending == null ? Ending.NONE : ending;
    counts = counts == null ? Counts.NONE : counts;
    rejections = listOf(rejections);
    flags = mapOf(flags);
    steps = listOf(steps);
    digests = digests == null ? Digests.NONE : digests;
    lineage = lineage == null ? Lineage.NONE : lineage;
    keys = keys == null ? Keys.NONE : keys;
    versions = versions == null ? Versions.NONE : versions;
    warnings = listOf(warnings);
  }

  /** A record to be filled as the attempt goes on. */
  public static Builder of(String job, String interval, long token, Instant started) {
    return new Builder(job, interval, token, started);
  }

  /** Stands for a file that cannot be read: it is listed, never hidden. */
  static RunRecord unreadable(String interval, long token, String why) {
    Builder blank = new Builder("", interval, token, Instant.EPOCH);
    return blank.build(
        UNREADABLE,
        Instant.EPOCH,
        new Ending(Status.UNKNOWN, Status.UNKNOWN.exitCode(), "the record is unreadable: " + why));
  }

  /** Whether the file could not be read; the reason says why, and all else is unknown. */
  @JsonIgnore
  public boolean isUnreadable() {
    return format == UNREADABLE;
  }

  /** The attempt as people name it: {@code job/interval/token}. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public String run() {
    return job + "/" + interval + "/" + token;
  }

  /** The record as its file holds it. */
  public String json() {
    return new String(RunRecordFormat.write(this), StandardCharsets.UTF_8).stripTrailing();
  }

  private static <T> List<T> listOf(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  private static <T> Map<String, T> mapOf(@Nullable Map<String, T> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** How an attempt ended. */
  public enum Status {
    /** Its result was published, and is durable. */
    @JsonProperty("published")
    PUBLISHED("published", 0),
    /** A limit or gate refused it; nothing was published. */
    @JsonProperty("refused")
    REFUSED("refused", 3),
    /** It failed; nothing was published. */
    @JsonProperty("failed")
    FAILED("failed", 1),
    /** A higher token was published. */
    @JsonProperty("superseded")
    SUPERSEDED("superseded", 4),
    /**
     * It was asked not to repeat what is published, and found its interval published by another
     * attempt; it published nothing itself. Since format 2.
     */
    @JsonProperty("skipped")
    SKIPPED("skipped", 0),
    /** Whether it was published could not be told: ask the manifest. */
    @JsonProperty("unknown")
    UNKNOWN("unknown", 5);

    private final String word;
    private final int exitCode;

    Status(String word, int exitCode) {
      this.word = word;
      this.exitCode = exitCode;
    }

    /** The name in records and messages. */
    public String word() {
      return word;
    }

    /** The exit code that this status usually has. */
    public int exitCode() {
      return exitCode;
    }
  }

  /**
   * The end of an attempt.
   *
   * @param status of it
   * @param exitCode of the process
   * @param reason one sentence
   */
  @JsonPropertyOrder({"status", "exit-code", "reason"})
  public record Ending(Status status, int exitCode, String reason) {
    static final Ending NONE = of(Status.UNKNOWN, "The record does not say how it ended.");

    /** With the exit code that the status usually has. */
    public static Ending of(Status status, String reason) {
      return new Ending(status, status.exitCode(), reason);
    }
  }

  /**
   * Rows.
   *
   * @param read from the input for this interval
   * @param scored of them
   * @param filtered of them
   * @param rejected of them
   * @param unassigned rows of the input listing without a time, which belong to no interval
   */
  @JsonPropertyOrder({"read", "scored", "filtered", "rejected", "unassigned"})
  public record Counts(long read, long scored, long filtered, long rejected, long unassigned) {
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0);
  }

  /**
   * Rows that were rejected alike.
   *
   * @param stage at which
   * @param field because of which, or empty
   * @param example one row's reason
   * @param count how many rows
   */
  @JsonPropertyOrder({"stage", "field", "example", "count"})
  public record Rejections(String stage, String field, String example, long count) {}

  /** How long a part of the attempt took. */
  @JsonPropertyOrder({"name", "seconds"})
  public record Step(String name, double seconds) {}

  /**
   * What went in.
   *
   * @param input of the listing of the input's files
   * @param configuration of the job as it was resolved
   * @param bundle its identity
   * @param views of each feature view's listing, by name
   * @param snapshots of Iceberg tables that were read, by name of view, and of the input under
   *     {@code (input)}; not there when none was
   */
  @JsonPropertyOrder({"input", "configuration", "bundle", "views", "snapshots"})
  public record Digests(
      @Nullable String input,
      @Nullable String configuration,
      @Nullable String bundle,
      Map<String, String> views,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> snapshots) {
    public static final Digests NONE = new Digests(null, null, null, Map.of(), Map.of());

    public Digests {
      views = mapOf(views);
      snapshots = mapOf(snapshots);
    }
  }

  /**
   * Where a result comes from: what was read, and where it went. The bundle stands in {@link
   * Digests}.
   *
   * @param input what was scored; null when the attempt did not come so far
   * @param views what was joined to it, by name of view
   * @param output the folder of the attempt's files; null as the input
   */
  @JsonPropertyOrder({"input", "views", "output"})
  public record Lineage(
      @Nullable Origin input, Map<String, Origin> views, @Nullable String output) {
    public static final Lineage NONE = new Lineage(null, Map.of(), null);

    public Lineage {
      views = mapOf(views);
    }
  }

  /**
   * A table that was read.
   *
   * @param source as the configuration names it, without secrets
   * @param files how many it was in; 0 of a database
   * @param bytes of all of them
   * @param columns that were read of it
   */
  @JsonPropertyOrder({"source", "files", "bytes", "columns"})
  public record Origin(String source, long files, long bytes, List<String> columns) {
    public Origin {
      columns = listOf(columns);
    }
  }

  /**
   * What a reference to the registry meant when the attempt began.
   *
   * @param reference as the job has it, such as {@code flight-delay@champion}
   * @param name of the model
   * @param version of the model
   * @param move of the alias that was current; null when the reference names no alias
   */
  @JsonPropertyOrder({"reference", "name", "version", "move"})
  public record Model(String reference, String name, String version, @Nullable Long move) {}

  /** The keys that were read and those in the files that were written. */
  @JsonPropertyOrder({"input", "output"})
  public record Keys(@Nullable KeyDigest input, @Nullable KeyDigest output) {
    public static final Keys NONE = new Keys(null, null);
  }

  /** What computed the result. */
  @JsonPropertyOrder({"nightjar", "spark", "java"})
  public record Versions(String nightjar, String spark, String java) {
    public static final Versions NONE = new Versions("", "", "");
  }

  /** Collects what becomes known, so that an attempt that fails records what it came to. */
  public static final class Builder {
    private final String job;
    private final String interval;
    private final long token;
    private final Instant started;
    private final List<Step> steps = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private Counts counts = Counts.NONE;
    private List<Rejections> rejections = List.of();
    private Map<String, Long> flags = Map.of();
    private Digests digests = Digests.NONE;
    private Lineage lineage = Lineage.NONE;
    private @Nullable Model model;
    private @Nullable String engine;
    private @Nullable String device;
    private Keys keys = Keys.NONE;
    private @Nullable ParityCertificate parity;
    private Versions versions = Versions.NONE;
    private @Nullable Replayed replay;

    private Builder(String job, String interval, long token, Instant started) {
      this.job = job;
      this.interval = Layout.requireInterval(interval);
      this.token = Layout.requireToken(token);
      this.started = started;
    }

    /** Sets the rows. */
    public Builder counts(Counts of) {
      this.counts = of;
      return this;
    }

    /** Sets why rows were rejected. */
    public Builder rejections(List<Rejections> of) {
      this.rejections = of;
      return this;
    }

    /** Sets how many rows carry each flag. */
    public Builder flags(Map<String, Long> of) {
      this.flags = of;
      return this;
    }

    /** Adds a part of the attempt. */
    public Builder step(String name, double seconds) {
      steps.add(new Step(name, seconds));
      return this;
    }

    /** Sets what went in. */
    public Builder digests(Digests of) {
      this.digests = of;
      return this;
    }

    /** Sets where the result comes from. */
    public Builder lineage(Lineage of) {
      this.lineage = of;
      return this;
    }

    /** Sets what the job's reference to the registry meant. */
    public Builder model(@Nullable Model of) {
      this.model = of;
      return this;
    }

    /** Sets what runs the network, and on what. */
    public Builder placement(String byEngine, String onDevice) {
      this.engine = byEngine;
      this.device = onDevice;
      return this;
    }

    /** Sets the keys. */
    public Builder keys(@Nullable KeyDigest input, @Nullable KeyDigest output) {
      this.keys = new Keys(input, output);
      return this;
    }

    /** Sets the figures of the parity certificate. */
    public Builder parity(ParityCertificate of) {
      this.parity = of;
      return this;
    }

    /** Sets the versions. */
    public Builder versions(Versions of) {
      this.versions = of;
      return this;
    }

    /** Sets what the attempt has taken over of a published result. */
    public Builder replay(Replayed of) {
      this.replay = of;
      return this;
    }

    /** Adds a sentence for people. */
    public Builder warning(String text) {
      warnings.add(text);
      return this;
    }

    /** The record of an attempt that ended. */
    public RunRecord ended(Instant at, Ending how) {
      return build(how.status() == Status.SKIPPED ? FORMAT : FIRST_FORMAT, at, how);
    }

    private RunRecord build(int format, Instant at, Ending how) {
      return new RunRecord(
          format,
          job,
          interval,
          token,
          started,
          at,
          how,
          counts,
          rejections,
          flags,
          steps,
          digests,
          lineage,
          model,
          engine,
          device,
          keys,
          parity,
          versions,
          replay,
          warnings);
    }
  }
}
