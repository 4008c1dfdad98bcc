package dev.nightjar.dl4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/** Cases written by others, which lie beside a checkout in {@code shared/cases} or are absent. */
public final class SharedCases {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SharedCases() {}

  /** A folder of cases; the calling test is skipped when there is none. */
  public static Path folder(String name) {
    for (Path at = Path.of(System.getProperty("nightjar.root", ".")).toAbsolutePath();
        at != null;
        at = at.getParent()) {
      Path folder = at.resolve("shared/cases").resolve(name);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    Assumptions.abort("shared/cases/" + name + " is not beside this checkout");
    throw new AssertionError();
  }

  public static JsonNode json(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cells of a CSV without quotes, zipped or not, header first. */
  static List<String[]> csv(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().map(line -> line.split(",", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
