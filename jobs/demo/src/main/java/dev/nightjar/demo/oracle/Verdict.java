package dev.nightjar.demo.oracle;

import java.util.List;

/**
 * What becomes of a row.
 *
 * @param stage where a rejected row was stopped: contract, transform, normalize or model; else
 *     empty
 * @param field the input that stopped it; empty when it is none alone
 * @param activations of the network's output layer, where the row is scored
 */
public record Verdict(Outcome outcome, String stage, String field, List<Float> activations) {

  /** The three ends of a row. */
  public enum Outcome {
    SCORED,
    FILTERED,
    REJECTED
  }

  public Verdict {
    activations = List.copyOf(activations);
  }

  static Verdict scored(List<Float> activations) {
    return new Verdict(Outcome.SCORED, "", "", activations);
  }

  static Verdict filtered() {
    return new Verdict(Outcome.FILTERED, "", "", List.of());
  }

  static Verdict rejected(String stage, String field) {
    return new Verdict(Outcome.REJECTED, stage, field, List.of());
  }
}
