package dev.nightjar.online.page;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How well a piece of shown text stands out from what is behind it, as WCAG 2 computes it.
 *
 * @param ratio from 1 to 21
 * @param isLarge text that may stand out less: 24 pixels, or 18.66 in bold
 */
record Contrast(String text, double ratio, boolean isLarge) {
  private static final double LEAST = 4.5;
  private static final double LEAST_LARGE = 3;

  /** The colours of each element that has text of its own, and of each placeholder that shows. */
  private static final String COLOURS =
      """
      const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
      const behind = (element) => {
        for (let it = element; it; it = it.parentElement) {
          const [red, green, blue, alpha = 1] = numbers(getComputedStyle(it).backgroundColor);
          if (alpha === 1) return [red, green, blue];
          if (alpha > 0) throw new Error("half transparent: " + it.outerHTML);
        }
        throw new Error("nothing is behind " + element.outerHTML);
      };
      const found = [];
      for (const element of document.body.querySelectorAll("*")) {
        if (!element.checkVisibility()) continue;
        const own = [...element.childNodes]
          .filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim();
        const isEmpty = element.tagName === "INPUT" && element.value === "" && element.placeholder;
        const text = isEmpty ? element.placeholder : element.tagName === "INPUT" ? element.value : own;
        if (text === "") continue;
        const style = getComputedStyle(element, isEmpty ? "::placeholder" : null);
        found.push({
          text, front: numbers(style.color), back: behind(element),
          size: parseFloat(style.fontSize), weight: Number(style.fontWeight),
        });
      }
      return found;
      """;

  /** All text that the page shows now. */
  static List<Contrast> all(Browser browser) {
    return ((List<?>) answered(browser.script(COLOURS)))
        .stream().map(piece -> of((Map<?, ?>) piece)).toList();
  }

  /** Whether the page is {@code light} or {@code dark} now. */
  static String ground(Browser browser) {
    Object colour =
        answered(
            browser.script(
                "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"));
    return luminance(colour) > 0.5 ? "light" : "dark";
  }

  private static Contrast of(Map<?, ?> piece) {
    double front = luminance(answered(piece.get("front")));
    double back = luminance(answered(piece.get("back")));
    double size = number(answered(piece.get("size")));
    boolean isBold = number(answered(piece.get("weight"))) >= 700;
    double ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    return new Contrast(
        String.valueOf(piece.get("text")), ratio, size >= 24 || (isBold && size >= 18.66));
  }

  /** The relative luminance of red, green and blue from 0 to 255. */
  private static double luminance(Object colour) {
    List<?> parts = (List<?>) colour;
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double part = number(answered(parts.get(i))) / 255;
      sum += weights[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  private static <T> T answered(@Nullable T value) {
    return requireNonNull(value, "the page's script answered nothing");
  }

  boolean isTooLow() {
    return ratio < (isLarge ? LEAST_LARGE : LEAST);
  }
}
