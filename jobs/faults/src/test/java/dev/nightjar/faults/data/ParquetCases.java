package dev.nightjar.faults.data;

import static dev.nightjar.faults.data.BadDataCase.ends;
import static dev.nightjar.faults.data.BadDataCase.harmless;
import static dev.nightjar.faults.data.BadDataCase.published;
import static dev.nightjar.faults.data.BadDataCase.rejects;

import dev.nightjar.faults.check.Checker.Fate;
import dev.nightjar.run.ExitCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Parquet files that are damaged, or other than their neighbours. */
final class ParquetCases {
  private static final String A = "data/in/a.parquet";
  private static final String B = "data/in/b.parquet";
  private static final Map<String, String> IGNORED =
      Map.of(
          "spark.sql.files.ignoreCorruptFiles", "true",
          "spark.sql.files.ignoreMissingFiles", "true");

  private ParquetCases() {}

  static Stream<BadDataCase> all() {
    return Stream.of(damaged(), schemas(), types(), values()).flatMap(c -> c);
  }

  private static Stream<BadDataCase> damaged() {
    BadDataCase truncated =
        ends(
            ExitCode.FAILED,
            "a Parquet file without its tail",
            p -> cut(p.parquet(), B, p.bytes(B).length - 40),
            "b.parquet cannot be read as parquet",
            "mend or remove the file");
    BadDataCase flipped =
        ends(
            ExitCode.FAILED,
            "a flipped bit in a page",
            p -> flip(p.parquet(), A),
            "a.parquet cannot be read",
            "CRC checksum verification failed");
    return Stream.of(
        truncated,
        truncated.with(IGNORED),
        flipped,
        flipped.with(IGNORED),
        ends(
            ExitCode.FAILED,
            "a Parquet file of 0 bytes",
            p -> cut(p.parquet(), A, 0),
            "a.parquet has 0 bytes"),
        ends(
            ExitCode.FAILED,
            "a Parquet file of 4 bytes",
            p -> cut(p.parquet(), A, 4),
            "a.parquet cannot be read as parquet"),
        ends(
            ExitCode.FAILED,
            "a text that is called Parquet",
            p -> p.parquet().bytes(A, "id,at\n1,2\n".repeat(9).getBytes(StandardCharsets.UTF_8)),
            "a.parquet cannot be read as parquet",
            "correct 'format'"),
        ends(
            ExitCode.FAILED,
            "a Parquet file with the footer of another",
            p -> swapFooter(p.parquet(), A, B),
            "a.parquet cannot be read"),
        ends(
            ExitCode.FAILED,
            "a view's file without its tail",
            p -> {
              weather(p);
              cut(p, "data/weather/w.parquet", 100);
            },
            "w.parquet cannot be read as parquet"),
        harmless(
            "files without checksums are told of",
            p -> {
              BadProject.spark().conf().set("parquet.page.write-checksum.enabled", "false");
              try {
                p.parquet();
              } finally {
                BadProject.spark().conf().unset("parquet.page.write-checksum.enabled");
              }
            },
            "2 of 2 files, such as",
            "a.parquet without page checksums"));
  }

  private static Stream<BadDataCase> schemas() {
    return Stream.of(
        ends(
            ExitCode.FAILED,
            "a column that one file lacks",
            p -> p.parquet().parquet("c.parquet", BadProject.FIRST_ROWS, Map.of("x", "")),
            "the column 'x' is missing in 1 of 3 files, such as",
            "c.parquet"),
        ends(
            ExitCode.USAGE,
            "a column that all files lack",
            p -> {
              p.parquet();
              p.delete(A);
              p.delete(B);
              p.parquet("a.parquet", BadProject.FIRST_ROWS, Map.of("colour", ""));
            },
            "colour"),
        harmless(
            "columns in another order, and more of them",
            p -> {
              p.parquet();
              p.delete(B);
              Map<String, String> columns = new LinkedHashMap<>();
              for (String column : new String[] {"station", "x", "colour", "at", "id"}) {
                columns.put(column, column);
              }
              columns.put("at", "to_timestamp(at)");
              columns.put("x", "cast(x as double)");
              columns.put("more", "'than others'");
              p.write(B, BadProject.LAST_ROWS, columns);
            }),
        ends(
            ExitCode.FAILED,
            "a column in upper case in one file",
            p -> {
              p.parquet();
              p.delete(B);
              p.parquet(
                  "b.parquet", BadProject.LAST_ROWS, Map.of("x", "", "X", "cast(x as double)"));
            },
            "the column 'x' is missing in 1 of 2 files, such as",
            "b.parquet, which has 'X'"),
        ends(
            ExitCode.FAILED,
            "a column of a view that one of its files lacks",
            p -> {
              weather(p);
              p.write(
                  "data/weather/lacks.parquet",
                  BadProject.FIRST_ROWS,
                  Map.of("station", "station", "hour", "to_timestamp(at)"));
            },
            "the column 'temp' is missing in 1 of 2 files, such as",
            "lacks.parquet"));
  }

  private static Stream<BadDataCase> types() {
    return Stream.of(
        harmless("integer in one file and long in the other", p -> x(p, "int", "bigint")),
        harmless("integer in one file and double in the other", p -> x(p, "int", "double")),
        harmless("float in one file and double in the other", p -> x(p, "float", "double")),
        differing("long", "bigint", "double"),
        differing("string", "double", "string"),
        ends(
            ExitCode.FAILED,
            "decimals of two scales",
            p -> x(p, "decimal(10,2)", "decimal(10,3)"),
            "the column 'x' is decimal(10,3) in",
            "and decimal(10,2) in",
            "neither holds the values of the other"),
        ends(
            ExitCode.USAGE,
            "a declared type that is narrower than the files'",
            p -> x(p.input("path: data/in\n  columns: {x: float}"), "double", "double"),
            "column 'x' is double",
            "which is not read as float because values could be lost"),
        harmless(
            "INT96 in one file and milliseconds in the other",
            p -> {
              p.input("path: data/in");
              timestamps("INT96", () -> p.parquet("a.parquet", BadProject.FIRST_ROWS, Map.of()));
              timestamps(
                  "TIMESTAMP_MILLIS", () -> p.parquet("b.parquet", BadProject.LAST_ROWS, Map.of()));
            }));
  }

  private static BadDataCase differing(String word, String one, String other) {
    return ends(
        ExitCode.FAILED,
        one + " in one file and " + other + " in the other",
        p -> x(p, one, other),
        "the column 'x' is",
        word + " in",
        "neither holds the values of the other; write them with one type");
  }

  private static Stream<BadDataCase> values() {
    Map<String, Fate> extremes = BadProject.sound();
    extremes.put("1", Fate.of("rejected"));
    extremes.put("2", Fate.of("rejected"));
    extremes.put("3", Fate.of("rejected"));
    extremes.put("4", Fate.of("rejected")); // 1e308 is outside the contract's range
    extremes.put("5", Fate.scored(BadProject.score(0, false, 11.5)));
    extremes.put("6", Fate.scored(BadProject.score(0, true, 12)));
    return Stream.of(
        published(
            "NaN, infinities, 1e308, minus zero and a subnormal number",
            p -> {
              p.input("path: data/in");
              String x =
                  "case id when 1 then double('NaN') when 2 then double('Infinity') when 3 then"
                      + " double('-Infinity') when 4 then 1e308D when 5 then -0.0D when 6 then"
                      + " 4.9E-324D else 1.0D end";
              p.parquet("a.parquet", BadProject.FIRST_ROWS, Map.of("x", x));
              p.parquet("b.parquet", BadProject.LAST_ROWS, Map.of("x", x));
            },
            extremes),
        rejects(
            "bytes that are not UTF-8 in a text",
            p -> {
              p.parquet();
              p.delete(A);
              p.parquet(
                  "a.parquet",
                  BadProject.FIRST_ROWS,
                  Map.of("colour", "if(id = 2, cast(X'C328' as string), colour)"));
            },
            "2"),
        rejects(
            "a null in a feature",
            p -> {
              p.parquet();
              p.delete(A);
              p.parquet(
                  "a.parquet",
                  BadProject.FIRST_ROWS,
                  Map.of("x", "if(id = 3, null, cast(x as double))"));
            },
            "3"),
        harmless(
            "a file without rows among others",
            p -> p.parquet().parquet("empty.parquet", "", Map.of())),
        harmless(
            "a row of 2,000 columns",
            p -> {
              p.parquet();
              p.delete(A);
              Map<String, String> wide = new LinkedHashMap<>();
              for (int i = 0; i < 2_000; i++) {
                wide.put("c" + i, "1");
              }
              p.parquet("a.parquet", BadProject.FIRST_ROWS, wide);
            }),
        ends(
            ExitCode.FAILED,
            "a folder with nothing but _SUCCESS",
            p -> p.input("path: data/in").bytes("data/in/_SUCCESS", new byte[0]),
            "holds no data file"),
        rejects(
            "a text of 32 MiB",
            p -> {
              p.parquet();
              p.delete(A);
              p.parquet(
                  "a.parquet",
                  BadProject.FIRST_ROWS,
                  Map.of("colour", "if(id = 1, repeat('red ', 8 * 1024 * 1024), colour)"));
            },
            "1"));
  }

  private static void x(BadProject project, String first, String second) {
    if (!project.files().path("data/in").toFile().exists()
        && project.job().input().rows().toString().contains("readings.csv")) {
      project.input("path: data/in");
    }
    project.parquet("a.parquet", BadProject.FIRST_ROWS, Map.of("x", "cast(x as " + first + ")"));
    project.parquet("b.parquet", BadProject.LAST_ROWS, Map.of("x", "cast(x as " + second + ")"));
  }

  private static void weather(BadProject project) {
    project
        .files()
        .replace(
            "conf/views/weather.yaml",
            "path: data/weather.csv, format: csv, null-value: NA",
            "path: data/weather");
    project.write(
        "data/weather/w.parquet",
        BadProject.FIRST_ROWS,
        Map.of("station", "station", "hour", "to_timestamp(at)", "temp", "cast(x as double)"));
  }

  private static void timestamps(String type, Runnable write) {
    String key = "spark.sql.parquet.outputTimestampType";
    BadProject.spark().conf().set(key, type);
    try {
      write.run();
    } finally {
      BadProject.spark().conf().unset(key);
    }
  }

  private static void cut(BadProject project, String file, int bytes) {
    project.bytes(file, Arrays.copyOf(project.bytes(file), bytes));
  }

  /** Makes another number of the 20 of the second row. */
  private static void flip(BadProject project, String file) {
    byte[] bytes = project.bytes(file);
    byte[] twenty =
        ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(20).array();
    int at = 0;
    while (!Arrays.equals(bytes, at, at + Double.BYTES, twenty, 0, Double.BYTES)) {
      at++;
    }
    bytes[at + 6] ^= 4;
    project.bytes(file, bytes);
  }

  private static int footer(byte[] bytes) {
    return ByteBuffer.wrap(bytes, bytes.length - 8, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private static void swapFooter(BadProject project, String file, String of) {
    byte[] own = project.bytes(file);
    byte[] other = project.bytes(of);
    int data = own.length - 8 - footer(own);
    int length = footer(other) + 8;
    byte[] mixed = Arrays.copyOf(own, data + length);
    System.arraycopy(other, other.length - length, mixed, data, length);
    project.bytes(file, mixed);
  }
}
