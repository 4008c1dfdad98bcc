package dev.nightjar.result;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.KeyDigest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.StructType;

/**
 * What a published attempt consists of. Its file appears when everything that it lists is durable;
 * from then on, readers of its interval see this attempt unless a higher token is published.
 *
 * @param job whose result this is
 * @param interval the name of the logical time that was scored
 * @param start of the interval, inclusive
 * @param end of the interval, exclusive
 * @param token the fencing token of the attempt
 * @param created when the manifest was made
 * @param bundle what scored the rows
 * @param keys which input keys the files hold, of all outcomes together
 * @param schema of the rows as readers see them
 * @param files every file of the attempt, and no other
 */
@JsonPropertyOrder({
  "format",
  "job",
  "interval",
  "start",
  "end",
  "token",
  "run",
  "created",
  "bundle",
  "rows",
  "keys",
  "schema",
  "files"
})
public record Manifest(
    String job,
    String interval,
    Instant start,
    Instant end,
    long token,
    Instant created,
    BundleName bundle,
    KeyDigest keys,
    Schemas schema,
    List<DataFile> files) {

  /** The version of the format that this Nightjar writes, and the newest that it reads. */
  public static final int FORMAT = 1;

  private static final Set<String> NOT_A_NAME = Set.of("", ".", "..");

  public Manifest {
    files = List.copyOf(files);
    if (!start.isBefore(end)) {
      throw new ResultException(
          "interval", interval, "ends at " + end + ", not after " + start, "give start, then end");
    }
    String attempt = Layout.attempt(interval, token);
    files.forEach(file -> requireInside(attempt, file.path()));
  }

  /** The attempt as people name it: {@code job/interval/token}. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public String run() {
    return job + "/" + interval + "/" + token;
  }

  /** How many rows of each outcome the files hold. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Rows rows() {
    return new Rows(rows(Outcome.SCORED), rows(Outcome.FILTERED), rows(Outcome.REJECTED));
  }

  /** The version of this manifest's format. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public int format() {
    return FORMAT;
  }

  /** The manifest as its file holds it. */
  public String json() {
    return new String(ManifestFormat.write(this), StandardCharsets.UTF_8).stripTrailing();
  }

  private long rows(Outcome outcome) {
    return files.stream().filter(f -> f.outcome() == outcome).mapToLong(DataFile::rows).sum();
  }

  /** A manifest names nothing but its own attempt's files, whoever wrote it. */
  private static void requireInside(String attempt, String path) {
    boolean plain = Arrays.stream(path.split("/", -1)).noneMatch(NOT_A_NAME::contains);
    if (!plain || !path.startsWith(attempt + "/")) {
      throw new ResultException(
          "file",
          path,
          "does not lie in its attempt's folder " + attempt,
          "list files by their path below the output path");
    }
  }

  /**
   * The bundle that scored the rows.
   *
   * @param digest its identity
   * @param label its name for people, such as {@code flight-delay@3}
   * @param engine what ran its network; empty in manifests of before it could be asked for
   * @param device on what it ran, {@code cpu} or {@code gpu}; empty as the engine
   */
  @JsonPropertyOrder({"digest", "label", "engine", "device"})
  public record BundleName(String digest, String label, String engine, String device) {}

  /**
   * One data file.
   *
   * @param path relative to the output path
   * @param outcome of all its rows
   * @param bytes its length
   * @param rows how many it holds
   */
  @JsonPropertyOrder({"path", "outcome", "bytes", "rows"})
  public record DataFile(String path, Outcome outcome, long bytes, long rows) {}

  /** Rows by outcome. */
  @JsonPropertyOrder({"scored", "filtered", "rejected"})
  public record Rows(long scored, long filtered, long rejected) {
    public long total() {
      return scored + filtered + rejected;
    }
  }

  /**
   * The rows as readers see them.
   *
   * @param scored of scored rows, and of filtered ones, whose outputs are null
   * @param quarantine of rejected rows
   */
  @JsonPropertyOrder({"scored", "quarantine"})
  public record Schemas(StructType scored, StructType quarantine) {}
}
