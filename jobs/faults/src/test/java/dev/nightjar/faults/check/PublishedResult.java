package dev.nightjar.faults.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/**
 * What a reader sees of an interval: the files of the complete manifest with the highest token.
 *
 * @param token of the attempt
 * @param rows of all outcomes; {@code outcome} is a column like the others
 */
public record PublishedResult(long token, List<Map<String, Object>> rows) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_LISTINGS = 100;

  /**
   * Reads the result of an interval on the local file system.
   *
   * @return empty when none is published
   * @throws IOException when a published file is missing, short or cannot be read: a violation
   */
  public static Optional<PublishedResult> read(Path output, String interval) throws IOException {
    Path folder = output.resolve("_nightjar/published").resolve(interval);
    for (int i = 0; i < MOST_LISTINGS; i++) {
      boolean gone = false;
      for (long token : tokens(folder)) {
        Optional<JsonNode> manifest;
        try {
          manifest = complete(Files.readAllBytes(folder.resolve(token + ".json")));
        } catch (NoSuchFileException e) {
          gone = true; // collected since it was listed: there is a newer one
          continue;
        }
        if (manifest.isPresent()) {
          return Optional.of(new PublishedResult(token, rows(output, manifest.get())));
        }
      }
      if (!gone) {
        return Optional.empty();
      }
    }
    throw new IOException(folder + " lists manifests that are not there");
  }

  /**
   * Reads a plain folder of Parquet files as any reader of such folders does: what lies there now
   * is the result. There are no versions, so the token is always 0.
   *
   * @return empty when there is no file
   * @throws IOException when a file that was listed is gone or cannot be read: a violation
   */
  public static Optional<PublishedResult> ofFolder(Path folder) throws IOException {
    List<Path> listed;
    try (Stream<Path> files = Files.list(folder)) {
      // Names with a dot or an underscore in front are hidden from readers.
      listed =
          files
              .filter(file -> file.getFileName().toString().matches("[^._].*\\.parquet"))
              .sorted()
              .toList();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Path file : listed) {
      rows.addAll(rows(file));
    }
    return listed.isEmpty() ? Optional.empty() : Optional.of(new PublishedResult(0, rows));
  }

  /** Highest first. */
  private static List<Long> tokens(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[1-9][0-9]*\\.json"))
          .map(name -> Long.parseLong(name.substring(0, name.length() - ".json".length())))
          .sorted((a, b) -> Long.compare(b, a))
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** A manifest ends in a line with the SHA-256 of all bytes before that line. */
  private static Optional<JsonNode> complete(byte[] bytes) throws IOException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int line = text.lastIndexOf('\n') + 1;
    String before = text.substring(0, line);
    String expected = "\"digest\": \"" + sha256(before.getBytes(StandardCharsets.UTF_8)) + "\"}";
    return text.substring(line).equals(expected)
        ? Optional.of(JSON.readTree(text))
        : Optional.empty();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Map<String, Object>> rows(Path output, JsonNode manifest) throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (JsonNode file : manifest.get("files")) {
      Path path = output.resolve(file.get("path").asText());
      if (Files.size(path) != file.get("bytes").asLong()) {
        throw new IOException(path + " has " + Files.size(path) + " bytes, its manifest " + file);
      }
      List<Map<String, Object>> some = rows(path);
      some.forEach(row -> row.put("outcome", file.get("outcome").asText()));
      if (some.size() != file.get("rows").asLong()) {
        throw new IOException(path + " has " + some.size() + " rows, its manifest says " + file);
      }
      rows.addAll(some);
    }
    return rows;
  }

  private static List<Map<String, Object>> rows(Path file) throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    Configuration hadoop = new Configuration(false);
    hadoop.setBoolean("parquet.page.verify-checksum.enabled", true);
    // Straight from the file: a checksum sidecar of Hadoop's is not part of the result.
    hadoop.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
    try (ParquetReader<Group> reader =
        new ReaderBuilder(HadoopInputFile.fromPath(path, hadoop)).withConf(hadoop).build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        rows.add(values(group));
      }
    }
    return rows;
  }

  private static final class ReaderBuilder extends ParquetReader.Builder<Group> {
    ReaderBuilder(org.apache.parquet.io.InputFile file) {
      super(file);
    }

    @Override
    protected GroupReadSupport getReadSupport() {
      return new GroupReadSupport();
    }
  }

  private static Map<String, Object> values(Group group) {
    Map<String, Object> row = new LinkedHashMap<>();
    GroupType type = group.getType();
    for (int i = 0; i < type.getFieldCount(); i++) {
      if (group.getFieldRepetitionCount(i) > 0) {
        Type field = type.getType(i);
        row.put(field.getName(), field.isPrimitive() ? value(group, i) : group.getGroup(i, 0));
      }
    }
    return row;
  }

  private static Object value(Group group, int i) {
    return switch (group.getType().getType(i).asPrimitiveType().getPrimitiveTypeName()) {
      case BOOLEAN -> group.getBoolean(i, 0);
      case INT32 -> group.getInteger(i, 0);
      case INT64 -> group.getLong(i, 0);
      case FLOAT -> group.getFloat(i, 0);
      case DOUBLE -> group.getDouble(i, 0);
      default -> group.getString(i, 0);
    };
  }
}
