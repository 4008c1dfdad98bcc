package dev.nightjar.faults.data;

import static dev.nightjar.faults.data.BadDataCase.ends;
import static dev.nightjar.faults.data.BadDataCase.harmless;
import static dev.nightjar.faults.data.BadDataCase.published;
import static dev.nightjar.faults.data.BadDataCase.rejects;
import static dev.nightjar.faults.data.BadProject.FIRST_ROWS;
import static dev.nightjar.faults.data.BadProject.HEADER;
import static dev.nightjar.faults.data.BadProject.LAST_ROWS;

import dev.nightjar.faults.check.Checker.Fate;
import dev.nightjar.run.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** CSV files as other programs write them, and as they should not. */
final class CsvCases {
  private static final String ALL = HEADER + FIRST_ROWS + LAST_ROWS;
  private static final Map<String, String> IGNORED =
      Map.of(
          "spark.sql.files.ignoreCorruptFiles", "true",
          "spark.sql.files.ignoreMissingFiles", "true");

  private CsvCases() {}

  static Stream<BadDataCase> all() {
    return Stream.concat(read(), refused());
  }

  private static Stream<BadDataCase> read() {
    return Stream.of(
        harmless("a byte order mark", p -> p.csv("\uFEFF" + ALL)),
        harmless("line ends of Windows", p -> p.csv(ALL.replace("\n", "\r\n"))),
        harmless("empty lines", p -> p.csv(ALL.replace("\n", "\n\n"))),
        harmless("no line end at the end", p -> p.csv(ALL.stripTrailing())),
        harmless(
            "delimiters and quotes within quotes",
            p ->
                p.csv(
                    ALL.replace("\n", ",\"a \"\"b\"\", c\"\n")
                        .replace("station,\"a \"\"b\"\", c\"", "station,\"no, \"\"te\"\"\""))),
        harmless("gzip", p -> gz(p, Integer.MAX_VALUE)),
        rejects("a NUL within a value", p -> p.csv(ALL.replace("20,green", "20,gr\0een")), "2"),
        rejects("a line that is too short", p -> p.csv(ALL.replace("30,red,b", "30,red")), "3"),
        rejects("a line that is too long", p -> p.csv(ALL.replace("30,red,b", "30,red,b,b")), "3"),
        rejects(
            "numbers that only Java knows",
            p -> p.csv(ALL.replace("T08:00:00Z,10,", "T08:00:00Z,1e1d,")),
            "1"),
        rejects(
            "a number beyond double", p -> p.csv(ALL.replace(",20,green", ",1e400,green")), "2"),
        rejects("digits of another script", p -> p.csv(ALL.replace(",20,green", ",२०,green")), "2"),
        published("a key that is null", p -> p.csv(ALL.replace("\n2,", "\n,")), nullKey()),
        rejects(
            "a text of 16 MiB",
            p -> p.csv(ALL.replace("20,green", "20,\"" + "g,".repeat(8 << 20) + "\"")),
            "2"));
  }

  private static Map<String, Fate> nullKey() {
    Map<String, Fate> fates = new LinkedHashMap<>(BadProject.sound());
    fates.remove("2");
    fates.put("null", Fate.of("rejected"));
    return fates;
  }

  private static Stream<BadDataCase> refused() {
    BadDataCase half =
        ends(ExitCode.FAILED, "half of a gzip file", p -> gz(p, 60), "readings.csv.gz", "read as");
    return Stream.of(
        half,
        half.with(IGNORED),
        ends(
            ExitCode.FAILED,
            "a line break within quotes that leaves whole lines",
            p -> p.csv(ALL.replace("1,2024", "\"1\n0\",2024")),
            "readings.csv has a line that ends within quotes",
            "The line begins: \"1"),
        ends(
            ExitCode.FAILED,
            "a line break within quotes in lines of the right width",
            p -> p.csv(ALL.replace("10,red,a\n2,", "10,red,\"a\n2,")),
            "has a line that ends within quotes"),
        ends(
            ExitCode.FAILED,
            "a quote that is never closed",
            p -> p.csv(ALL.replace("40,green,c", "40,green,\"c")),
            "The line begins: 5,2024-03-05T12:00:00Z,40,green,\"c"),
        ends(
            ExitCode.FAILED,
            "bytes that are not UTF-8",
            p ->
                p.bytes(
                    "data/readings.csv",
                    ALL.replace("20,green", "20,grün").getBytes(StandardCharsets.ISO_8859_1)),
            "readings.csv has a line with bytes that are not UTF-8"),
        ends(
            ExitCode.FAILED,
            "a line of NUL bytes",
            p -> p.csv(HEADER + FIRST_ROWS + "\0".repeat(64) + "\n" + LAST_ROWS),
            "readings.csv has a line of NUL bytes alone"),
        ends(
            ExitCode.FAILED,
            "a header of other names in the second file",
            p -> {
              p.delete("data/readings.csv");
              p.input("path: data/in\n  format: csv");
              p.bytes("data/in/1.csv", (HEADER + FIRST_ROWS).getBytes(StandardCharsets.UTF_8));
              p.bytes(
                  "data/in/2.csv",
                  (HEADER.replace("x,colour", "colour,x") + LAST_ROWS)
                      .getBytes(StandardCharsets.UTF_8));
            },
            ".csv cannot be read as its source declares it"),
        ends(
            ExitCode.REFUSED,
            "a header and nothing else",
            p -> p.csv(HEADER),
            "has 0 rows in the input"),
        ends(
            ExitCode.FAILED,
            "a line break within quotes in a view",
            p ->
                p.bytes(
                    "data/weather.csv",
                    "station,hour,temp\na,2024-03-05T06:00:00Z,\"10\n.0\"\n"
                        .getBytes(StandardCharsets.UTF_8)),
            "weather.csv has a line that ends within quotes"),
        ends(
            ExitCode.FAILED,
            "a view's line that is too short",
            p ->
                p.bytes(
                    "data/weather.csv",
                    "station,hour,temp\na,2024-03-05T06:00:00Z\n".getBytes(StandardCharsets.UTF_8)),
            "malformed line in the table of view 'weather'"));
  }

  private static void gz(BadProject project, int most) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(ALL.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] whole = bytes.toByteArray();
    project.input("path: data/readings.csv.gz\n  format: csv");
    project.bytes("data/readings.csv.gz", Arrays.copyOf(whole, Math.min(most, whole.length)));
  }
}
