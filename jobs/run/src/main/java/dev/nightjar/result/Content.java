package dev.nightjar.result;

import dev.nightjar.contract.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.StructType;

/** Which rows of a result a reader asks for. */
enum Content {
  SCORED(Outcome.SCORED),
  FILTERED(Outcome.FILTERED),
  QUARANTINE(Outcome.REJECTED);

  private final Outcome outcome;

  Content(Outcome outcome) {
    this.outcome = outcome;
  }

  /** The content that an option's text names. */
  static Content of(String text) {
    return Arrays.stream(values())
        .filter(content -> content.word().equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new ResultException(
                    "content", text, "is not known", "use scored, filtered or quarantine"));
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  List<Manifest.DataFile> files(Manifest manifest) {
    return manifest.files().stream().filter(file -> file.outcome() == outcome).toList();
  }

  StructType schema(Manifest manifest) {
    return this == QUARANTINE ? manifest.schema().quarantine() : manifest.schema().scored();
  }
}
