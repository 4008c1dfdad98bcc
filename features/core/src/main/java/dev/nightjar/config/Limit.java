package dev.nightjar.config;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many rows of a kind there may be: a number, or a share of the rows that it is held against.
 *
 * @param amount rows, or the share in [0, 1]
 * @param isShare which of the two
 */
public record Limit(double amount, boolean isShare) {
  /** Not a single row. */
  public static final Limit NONE = new Limit(0, false);

  /** Every row. */
  public static final Limit ALL = new Limit(1, true);

  private static final Pattern SHARE = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*%");
  private static final Pattern COUNT = Pattern.compile("\\d{1,15}");
  private static final double PERCENT = 100;

  /** The limit that a text such as {@code 100} or {@code 0.5%} writes; empty when it is none. */
  public static Optional<Limit> parse(String text) {
    Matcher share = SHARE.matcher(text);
    if (share.matches() && Double.parseDouble(share.group(1)) <= PERCENT) {
      return Optional.of(
          new Limit(new BigDecimal(share.group(1)).movePointLeft(2).doubleValue(), true));
    }
    return COUNT.matcher(text).matches()
        ? Optional.of(new Limit(Long.parseLong(text), false))
        : Optional.empty();
  }

  /** The limit at a key, {@link #NONE} when the key is absent. */
  public static Limit read(Section section, String key) {
    Optional<String> text = section.optionalString(key);
    Optional<Limit> limit = text.flatMap(Limit::parse);
    if (text.isPresent() && limit.isEmpty()) {
      section.problem(
          key,
          section.quote(text.get())
              + " is no limit; write a number of rows, or a share such as 0.5%");
    }
    return limit.orElse(NONE);
  }

  /** True when {@code rows} of {@code all} are within the limit. */
  public boolean allows(long rows, long all) {
    // Exactly, in decimals: as doubles, 29 of 100 rows would be more than 29 %.
    BigDecimal most =
        isShare
            ? BigDecimal.valueOf(amount).multiply(BigDecimal.valueOf(all))
            : BigDecimal.valueOf(amount);
    return BigDecimal.valueOf(rows).compareTo(most) <= 0;
  }

  @Override
  public String toString() {
    return isShare
        ? String.format(Locale.ROOT, "%s%%", trim(amount * PERCENT))
        : String.format(Locale.ROOT, "%d", (long) amount);
  }

  private static String trim(double number) {
    String text = String.format(Locale.ROOT, "%.4f", number);
    return text.replaceAll("\\.?0+$", "");
  }
}
