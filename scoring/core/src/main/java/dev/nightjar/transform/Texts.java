package dev.nightjar.transform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers for texts, the same for equal texts. What was worked out for a number holds as long as
 * {@link #generation} is the same: texts that never repeat would otherwise fill the memory.
 */
final class Texts {
  /** What a null is to a step that takes texts: DataVec writes it so. */
  static final String NULL = "NullWritable";

  private static final int MOST_TEXTS = 1 << 16;
  private static final long MOST_CHARACTERS = 1 << 22;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> texts = new ArrayList<>();
  private long characters;
  private int generation;

  /** A batch begins. */
  void begin() {
    if (texts.size() > MOST_TEXTS || characters > MOST_CHARACTERS) {
      numbers.clear();
      texts.clear();
      characters = 0;
      generation++;
    }
  }

  int generation() {
    return generation;
  }

  /** The number of a text. */
  int number(String text) {
    Integer known = numbers.get(text);
    if (known != null) {
      return known;
    }
    int number = texts.size();
    texts.add(text);
    numbers.put(text, number);
    characters += text.length();
    return number;
  }

  String text(int number) {
    return texts.get(number);
  }
}
