package dev.nightjar.bench;

/**
 * How much is joined.
 *
 * @param rows of the input, and of the large view
 * @param inequalityRows of both sides where an inequality join is measured, which takes long
 * @param skewRows of both sides where skewed keys are measured, and where growth begins
 * @param warmUp rounds before those that count
 * @param rounds that count
 * @param growth whether ten times as many rows are joined too
 */
record JoinScale(
    String name,
    long rows,
    long inequalityRows,
    long skewRows,
    int warmUp,
    int rounds,
    boolean growth) {

  /** The one of that name: {@code quick}, {@code normal} or {@code full}. */
  static JoinScale of(String name) {
    return switch (name) {
      case "quick" -> new JoinScale(name, 1_000_000, 200_000, 500_000, 1, 3, false);
      case "normal", "full" ->
          new JoinScale(name, 10_000_000, 1_000_000, 3_000_000, 1, 5, name.equals("full"));
      default -> throw new IllegalArgumentException("there is no scale '" + name + "'");
    };
  }
}
