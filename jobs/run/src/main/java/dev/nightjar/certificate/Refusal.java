package dev.nightjar.certificate;

import dev.nightjar.pipeline.StageComparison.Difference;
import dev.nightjar.result.ParityCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Why a result is not published whose rows are others than they should be. */
final class Refusal {
  private Refusal() {}

  /** Empty when no row differs. */
  static Optional<String> of(List<Judgement> judgements, int rows) {
    List<String> parts = new ArrayList<>();
    for (Judgement judgement : judgements) {
      judgement.first().ifPresent(first -> parts.add(words(judgement, first, rows)));
    }
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "the parity certificate refuses the result: "
            + String.join("; ", parts)
            + ". Nothing is published. "
            + remedy(judgements));
  }

  private static String words(Judgement judgement, Judgement.First first, int rows) {
    Difference found = first.difference();
    return String.format(
        Locale.ROOT,
        "%d of %d rows differ from %s, such as %s at stage %s, %s: %s was written and %s is right",
        judgement.figures().differing(),
        rows,
        judgement.figures().path().equals(ParityCertificate.ONLINE)
            ? "what they are on request"
            : "the reference",
        first.key(),
        found.stage().word(),
        found.what(),
        found.actual(),
        found.expected());
  }

  /** Who agrees with whom says where to look. */
  private static String remedy(List<Judgement> judgements) {
    boolean online = judgements.get(0).first().isPresent();
    return online
        ? "The executors compute otherwise than this machine: run again, on other machines or with"
            + " 'engine: dl4j', and look for a library or native code that differs between them"
        : "Batch and requests agree with each other and not with the libraries that the model was"
            + " trained with: run with 'engine: dl4j', and package the model again";
  }
}
