package dev.nightjar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A text has the number of its place among the distinct ones, and every other text has none. */
class KnownTextsProperties {

  @Property
  void numbers_are_places(@ForAll Set<String> texts, @ForAll String other) {
    assertNumbers(new ArrayList<>(texts));
    assertThat(new KnownTexts(texts).number(other) >= 0).isEqualTo(texts.contains(other));
  }

  @Example
  void texts_that_differ_in_the_middle_alone_are_told_apart() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      texts.add(String.format(java.util.Locale.ROOT, "a%05dx%05dz", i, 0));
    }
    assertNumbers(texts);
    assertThat(new KnownTexts(texts).number("a00001x00001z")).isNegative();
  }

  private static void assertNumbers(List<String> texts) {
    List<String> twice = new ArrayList<>(texts);
    twice.addAll(texts);
    KnownTexts known = new KnownTexts(twice);
    assertThat(known.texts()).containsExactlyElementsOf(new LinkedHashSet<>(texts));
    Random random = new Random(1);
    for (int i = 0; i < Math.min(500, texts.size()); i++) {
      int place = texts.size() <= 500 ? i : random.nextInt(texts.size());
      assertThat(known.number(new String(texts.get(place).toCharArray()))).isEqualTo(place);
    }
  }
}
