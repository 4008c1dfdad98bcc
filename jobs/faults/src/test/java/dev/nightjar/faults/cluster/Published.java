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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a manifest says of a published result, for a reader who looks so often that it must not read
 * every row: that is done after each fault.
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
}
