package dev.nightjar.run;

import java.util.Locale;

/** The steps of a run that take time. Spark joins, scores and writes in one pass over the rows. */
public enum Step {
  PREFLIGHT("checking job, bundle and tables"),
  READ("counting the rows of the interval"),
  SCORE("joining, scoring and writing"),
  AUDIT("reading back what was written"),
  PUBLISH("making it visible"),
  RECORD("writing the run record");

  private final String doing;

  Step(String doing) {
    this.doing = doing;
  }

  /** The name in records. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What happens in it, for people. */
  public String doing() {
    return doing;
  }
}
