package dev.nightjar.cli;

import dev.nightjar.config.Durations;
import dev.nightjar.contract.Rejection;
import dev.nightjar.run.RowExplanation;
import dev.nightjar.run.RowExplanation.Change;
import dev.nightjar.run.RowExplanation.Computed;
import dev.nightjar.run.RowExplanation.OfRow;
import dev.nightjar.run.RowExplanation.OfView;
import dev.nightjar.run.RowExplanation.Published;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An explained row in words for people. */
final class RowWords {
  private static final int MOST_VALUES = 40;
  private static final int DIGEST = 12;

  private RowWords() {}

  static void print(RowExplanation told, PrintWriter out) {
    out.println();
    out.println(
        Console.styled("@|bold " + told.job() + " · " + told.interval() + "|@ · ")
            + told.key().entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining(", "))
            + " · in the result of attempt "
            + told.attempt());
    line(
        out, "bundle", told.by().label() + ", " + told.by().engine() + " on " + told.by().device());
    told.notes().forEach(note -> line(out, "note", note));
    for (int i = 0; i < told.rows().size(); i++) {
      if (told.rows().size() > 1) {
        out.println(Console.styled("  @|bold row " + (i + 1) + " of " + told.rows().size() + "|@"));
      }
      print(told.rows().get(i), out);
    }
    for (Change change : told.changes()) {
      line(
          out,
          "changed",
          "the "
              + change.what()
              + " is another than when it was published: "
              + shortened(change.then())
              + ", now "
              + shortened(change.now()));
    }
    if (told.changes().isEmpty()) {
      line(out, "changed", "nothing: bundle, configuration, input and views are those of then");
    }
    out.println();
  }

  private static String shortened(String digest) {
    return digest.length() > DIGEST ? digest.substring(0, DIGEST) + "…" : digest;
  }

  private static void print(OfRow row, PrintWriter out) {
    Computed computed = row.computed();
    if (computed != null) {
      print(computed, out);
    }
    Published published = row.published();
    if (published != null) {
      line(
          out,
          "published",
          outcome(published.outcome().word(), published.rejection())
              + (published.outputs().isEmpty() ? "" : ": " + values(published.outputs()))
              + " · flags "
              + (published.flags().isEmpty() ? "none" : String.join(" ", published.flags()))
              + " · by "
              + published.run()
              + ", bundle "
              + shortened(published.bundle()));
    }
    line(
        out,
        Console.styled(row.difference().isEmpty() ? "@|green,bold ✔|@" : "@|red,bold ✘|@"),
        row.difference().orElse("computed now, it is what was published"));
  }

  private static void print(Computed row, PrintWriter out) {
    line(out, "input", values(row.input()));
    if (row.asOf() != null) {
      line(out, "as of", row.asOf().toString());
    }
    row.views().forEach(view -> line(out, view.view(), words(view)));
    line(out, "contract", values(row.joined()));
    row.flags().forEach((flag, why) -> line(out, "flag", flag + ": " + why));
    if (!row.transformed().isEmpty()) {
      line(out, "transform", values(row.transformed()));
    }
    if (!row.normalized().isEmpty()) {
      line(out, "normalize", values(row.normalized()));
    }
    if (!row.activations().isEmpty()) {
      line(
          out,
          "model",
          row.activations().stream()
              .limit(MOST_VALUES)
              .map(String::valueOf)
              .collect(Collectors.joining(" · ")));
    }
    if (!row.outputs().isEmpty()) {
      line(out, "post", values(row.outputs()));
    }
    row.decisions().forEach(decision -> line(out, "", decision));
    line(out, "outcome", outcome(row.outcome().word(), row.rejection()));
  }

  private static String words(OfView view) {
    StringBuilder words = new StringBuilder();
    if (view.eventTime() != null) {
      words.append("row of ").append(view.eventTime());
      if (view.available() != null && !view.available().equals(view.eventTime())) {
        words.append(", available ").append(view.available());
      }
      if (view.age() != null) {
        words.append(", ").append(Durations.text(view.age())).append(" old");
      }
      words.append(view.why().contains(";") ? view.why().substring(view.why().indexOf(';')) : "");
    } else {
      words.append(view.standing()).append(": ").append(view.why());
    }
    return words
        .append(" · ")
        .append(
            view.features().entrySet().stream()
                .map(
                    one ->
                        one.getKey()
                            + " "
                            + one.getValue()
                            + (view.defaults().contains(one.getKey()) ? " (default)" : ""))
                .collect(Collectors.joining(" · ")))
        .toString();
  }

  private static String outcome(String word, Optional<Rejection> rejection) {
    return word
        + rejection
            .map(
                why ->
                    " at "
                        + why.stage().word()
                        + (why.field().isEmpty() ? "" : ", " + why.field())
                        + ": "
                        + why.reason())
            .orElse("");
  }

  private static String values(Map<String, ? extends @Nullable Object> values) {
    List<String> shown =
        values.entrySet().stream()
            .limit(MOST_VALUES)
            .map(one -> one.getKey() + " " + one.getValue())
            .toList();
    return String.join(" · ", shown)
        + (values.size() > MOST_VALUES
            ? " · and " + (values.size() - MOST_VALUES) + " more (--json has all)"
            : "");
  }

  private static void line(PrintWriter out, String name, String text) {
    out.println(Console.styled(String.format(Locale.ROOT, "  @|faint %-10s|@ ", name)) + text);
  }
}
