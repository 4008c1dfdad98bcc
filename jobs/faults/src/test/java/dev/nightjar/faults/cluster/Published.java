package dev.nightjar.faults.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/**
 * A published result as a stranger reads it: JSON and Parquet, and nothing of our own code.
 *
 * @param token of its attempt
 * @param output under which its files lie
 * @param files that its manifest lists
 * @param appeared when its manifest was written
 */
record Published(long token, Path output, List<DataFile> files, Instant appeared) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A file of a manifest. */
  record DataFile(Path path, String outcome, long bytes, long rows) {}

  /** How a result differs from what it must be, in rows. */
  record Differences(long lost, long duplicated, long unexpected, long wrong) {
    boolean isNone() {
      return lost + duplicated + unexpected + wrong == 0;
    }
  }

  /** What readers of an output path see of an interval: the highest token that is complete. */
  static Optional<Published> newest(Path output, String interval) {
    Path folder = output.resolve("_nightjar/published").resolve(interval);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> manifests = Files.list(folder)) {
      return manifests
          .filter(path -> path.getFileName().toString().matches("[0-9]+\\.json"))
          .sorted(Comparator.comparingLong(Published::tokenOf).reversed())
          .flatMap(path -> read(output, path).stream())
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long tokenOf(Path manifest) {
    return Long.parseLong(manifest.getFileName().toString().replace(".json", ""));
  }

  /** Its last key is its digest, so half a manifest is no JSON. */
  private static Optional<Published> read(Path output, Path manifest) {
    JsonNode json;
    Instant appeared;
    try {
      json = JSON.readTree(Files.readAllBytes(manifest));
      appeared = Files.getLastModifiedTime(manifest).toInstant();
    } catch (IOException e) {
      return Optional.empty();
    }
    if (!json.has("digest")) {
      return Optional.empty();
    }
    List<DataFile> files = new ArrayList<>();
    for (JsonNode file : json.get("files")) {
      files.add(
          new DataFile(
              output.resolve(file.get("path").asText()),
              file.get("outcome").asText(),
              file.get("bytes").asLong(),
              file.get("rows").asLong()));
    }
    return Optional.of(new Published(tokenOf(manifest), output, files, appeared));
  }

  /** Whether every file is there in full. */
  boolean isWhole() {
    return files.stream().allMatch(file -> file.path().toFile().length() == file.bytes());
  }

  /** The rows that its manifest counts. */
  long rows() {
    return files.stream().mapToLong(DataFile::rows).sum();
  }

  /** Reads every row. */
  Differences against(Map<String, Readings.Fate> fates) {
    Map<String, Integer> seen = new HashMap<>();
    long unexpected = 0;
    long wrong = 0;
    for (DataFile file : files) {
      for (Group row : rows(file.path())) {
        String id = row.getValueToString(row.getType().getFieldIndex("id"), 0);
        Readings.Fate fate = fates.get(id);
        if (fate == null) {
          unexpected++;
        } else if (seen.merge(id, 1, Integer::sum) == 1 && !isRight(file, row, fate)) {
          wrong++;
        }
      }
    }
    long lost = fates.keySet().stream().filter(id -> !seen.containsKey(id)).count();
    long duplicated = seen.values().stream().filter(times -> times > 1).count();
    return new Differences(lost, duplicated, unexpected, wrong);
  }

  private static boolean isRight(DataFile file, Group row, Readings.Fate fate) {
    if (!file.outcome().equals(fate.outcome())) {
      return false;
    }
    if (Double.isNaN(fate.score())) {
      return true;
    }
    int column = row.getType().getFieldIndex("alarm");
    if (row.getFieldRepetitionCount(column) != 1) {
      return false;
    }
    double score = Double.parseDouble(row.getValueToString(column, 0));
    return Math.abs(score - fate.score()) <= 1e-6 + 1e-5 * Math.abs(fate.score());
  }

  private static List<Group> rows(Path file) {
    List<Group> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
            .withConf(new Configuration())
            .build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.add(row);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
