package dev.nightjar.result;

import dev.nightjar.contract.Outcome;
import dev.nightjar.data.KeyDigest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Small manifests and records. */
final class Fixtures {
  static final String DAY = "2013-11-05";
  static final Instant START = Instant.parse("2013-11-05T05:00:00Z");
  static final StructType SCORED =
      new StructType().add("id", DataTypes.LongType).add("p", "double");
  static final StructType QUARANTINE =
      new StructType()
          .add("id", DataTypes.LongType)
          .add(
              "_nightjar_rejection",
              new StructType().add("stage", "string").add("field", "string"));

  private Fixtures() {}

  static ResultStore store(Path root) {
    return ResultStore.at(new Configuration(), root.toString());
  }

  /** A manifest without files. */
  static Manifest manifest(String interval, long token) {
    return manifest(interval, token, SCORED, List.of());
  }

  static Manifest manifest(
      String interval, long token, StructType scored, List<Manifest.DataFile> files) {
    return new Manifest(
        "flight-delay",
        interval,
        START,
        START.plusSeconds(86400),
        token,
        START.plusSeconds(100_000 + token),
        new Manifest.BundleName("c0ffee", "flight-delay@3", "onnx", "cpu"),
        new KeyDigest(2, -1, 7),
        new Manifest.Schemas(scored, QUARANTINE),
        files);
  }

  static Manifest.DataFile file(String interval, long token, int n) {
    String path = "data/" + interval + "/" + token + "/_nightjar_outcome=scored/" + n + ".parquet";
    return new Manifest.DataFile(path, Outcome.SCORED, 10L + n, n);
  }

  static RunRecord record(String interval, long token) {
    return RunRecord.of("flight-delay", interval, token, START)
        .ended(
            START.plusSeconds(9),
            RunRecord.Ending.of(RunRecord.Status.FAILED, "The disk is full."));
  }

  /** Claims and publishes an attempt without files. */
  static Manifest publishEmpty(ResultStore store, String interval) {
    Manifest manifest = manifest(interval, store.claim(interval, "test"));
    store.publish(manifest);
    return manifest;
  }

  static Path published(Path root, String interval, long token) {
    return root.resolve("_nightjar/published").resolve(interval).resolve(token + ".json");
  }

  /** All prefixes' lengths, the whole left out. */
  static List<Integer> cuts(byte[] bytes) {
    List<Integer> cuts = new ArrayList<>();
    for (int i = 0; i < bytes.length; i++) {
      cuts.add(i);
    }
    return cuts;
  }
}
