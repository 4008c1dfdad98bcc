package dev.nightjar.faults.data;

import static dev.nightjar.faults.data.BadDataCase.ends;
import static dev.nightjar.faults.data.BadDataCase.harmless;

import dev.nightjar.run.ExitCode;
import dev.nightjar.run.Step;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

/** Tables that others write to while a run reads them. */
final class ChangeCases {
  private static final String LATE = "9,2024-03-05T11:00:00Z,10,red,a\n";

  private ChangeCases() {}

  static Stream<BadDataCase> all() {
    return Stream.of(
        ends(
            ExitCode.REFUSED,
            "an input file that is removed before it is listed again",
            p -> p.parquet().when(Step.SCORE, () -> p.delete("data/in/b.parquet")),
            "the input was changed while the run was under way",
            "b.parquet was removed"),
        ends(
            ExitCode.REFUSED,
            "an input file that is removed before the audit",
            p -> p.parquet().when(Step.AUDIT, () -> p.delete("data/in/b.parquet")),
            "b.parquet was removed. Nothing is published; run again"),
        ends(
            ExitCode.REFUSED,
            "an input file that is written again with the same length",
            p ->
                p.when(
                    Step.SCORE,
                    () -> p.csv(text(p).replace("T08:00:00Z,10,red", "T08:00:00Z,11,red"))),
            "readings.csv was written again. Nothing is published; run again"),
        ends(
            ExitCode.REFUSED,
            "an input file that grows",
            p -> p.when(Step.AUDIT, () -> p.csv(text(p) + "10,2024-03-09T11:00:00Z,10,red,a\n")),
            "the input was changed while the run was under way",
            "readings.csv had"),
        ends(
            ExitCode.REFUSED,
            "a new file with rows of the interval",
            p -> p.parquet().when(Step.SCORE, () -> p.parquet("c.parquet", LATE, Map.of())),
            "the interval had 6 rows when the run began and has 7 now"),
        harmless(
            "a new file with rows of another interval",
            p ->
                p.parquet()
                    .when(
                        Step.SCORE,
                        () -> p.parquet("c.parquet", LATE.replace("03-05", "03-09"), Map.of())),
            "1 files were added to the input while the run was under way, such as",
            "c.parquet"),
        ends(
            ExitCode.REFUSED,
            "a view that is written again",
            p ->
                p.when(
                    Step.AUDIT,
                    () ->
                        p.bytes(
                            "data/weather.csv",
                            "station,hour,temp\na,2024-03-05T06:00:00Z,11.0\n"
                                .getBytes(StandardCharsets.UTF_8))),
            "the view weather was changed while the run was under way",
            "weather.csv had"));
  }

  private static String text(BadProject project) {
    return new String(project.bytes("data/readings.csv"), StandardCharsets.UTF_8);
  }
}
