package dev.nightjar.data;

import java.util.List;
import java.util.Locale;

/**
 * The columns that Nightjar adds to rows. Each step of a row's way writes them and the next one
 * takes them over, so what a row suffered at the join is still known when it is written.
 */
public final class ReservedColumns {
  /** Every name with this beginning is Nightjar's; input columns must not have it. */
  public static final String PREFIX = "_nightjar_";

  /** Array of strings: what was invented for the row, such as {@code imputed:temp}. Never null. */
  public static final String FLAGS = PREFIX + "flags";

  /** String: {@code scored}, {@code filtered} or {@code rejected}. */
  public static final String OUTCOME = PREFIX + "outcome";

  /** Struct of stage, field and reason (strings); null where the row is not rejected. */
  public static final String REJECTION = PREFIX + "rejection";

  /** String: the digest of the bundle that scored the row. */
  public static final String BUNDLE = PREFIX + "bundle";

  /** String: the run that wrote the row, {@code job/interval/token}. */
  public static final String RUN = PREFIX + "run";

  /**
   * Binary: what the scorer read of a row that the run's parity certificate compares; null in all
   * others. It stands in the files alone: no reader of results sees it.
   */
  public static final String SAMPLE = PREFIX + "sample";

  private ReservedColumns() {}

  /** True for a name that users must not use. */
  public static boolean isReserved(String name) {
    return name.toLowerCase(Locale.ROOT).startsWith(PREFIX);
  }

  /** The names of a list that users must not use, in whatever case: Spark does not tell it. */
  public static List<String> reservedAmong(List<String> names) {
    return names.stream().filter(name -> isReserved(name)).toList();
  }
}
