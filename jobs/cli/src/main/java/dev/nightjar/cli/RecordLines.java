package dev.nightjar.cli;

import dev.nightjar.data.KeyDigest;
import dev.nightjar.result.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a run record says, in lines for a person. */
final class RecordLines {
  private static final int DIGEST = 12;
  private static final int MOST_LETTERS = 90;

  private final RunRecord record;

  RecordLines(RunRecord record) {
    this.record = record;
  }

  /** How many came in, and what became of them. */
  String rows() {
    RunRecord.Counts counts = record.counts();
    return String.format(
        Locale.ROOT,
        "%,d in = %,d scored + %,d filtered + %,d rejected",
        counts.read(),
        counts.scored(),
        counts.filtered(),
        counts.rejected());
  }

  /** Whether the keys of input and result are the same; empty when that was not found out. */
  Optional<String> keys() {
    KeyDigest input = record.keys().input();
    KeyDigest output = record.keys().output();
    if (input == null || output == null) {
      return Optional.empty();
    }
    return Optional.of(
        input.equals(output)
            ? "every key of the input is in the result once (sum "
                + input.hex().substring(0, DIGEST)
                + "…)"
            : "the result's keys are not the input's");
  }

  /** Why rows were rejected, one reason a line, at most so many. */
  List<String> rejections(int most) {
    List<RunRecord.Rejections> all = record.rejections();
    List<String> lines = new ArrayList<>();
    for (RunRecord.Rejections one : all.subList(0, Math.min(all.size(), most))) {
      String text =
          Console.number(one.count())
              + " at "
              + one.stage()
              + (one.field().isEmpty() ? ": " : ", " + one.field() + ": ")
              + one.example();
      lines.add(text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS) + "…");
    }
    if (all.size() > most) {
      lines.add("and " + (all.size() - most) + " further reasons");
    }
    return lines;
  }

  /** How many rows carry each flag, at most so many flags. */
  String flags(int most) {
    String text =
        record.flags().entrySet().stream()
            .limit(most)
            .map(flag -> flag.getKey() + " " + Console.number(flag.getValue()))
            .collect(Collectors.joining(" · "));
    return record.flags().size() > most ? text + " · …" : text;
  }

  /** How long all steps took. */
  String total() {
    return Console.seconds(record.steps().stream().mapToDouble(RunRecord.Step::seconds).sum());
  }
}
