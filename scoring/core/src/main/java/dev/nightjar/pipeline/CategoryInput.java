package dev.nightjar.pipeline;

import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnUnknown;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Categories: coded here, so that the steps behind need not look their texts up again. The
 * dictionary is the same for every batch without unknown values that stay.
 */
final class CategoryInput extends InputKernel {
  private static final int NULL = -1;

  /** An entry of a source's dictionary that is no known category. */
  private static final int UNKNOWN = -2;

  /** The known categories, then what may stand in. */
  private final KnownTexts texts;

  private final int known;
  private final int standIn;
  private final int other;

  private int[] codes = {};

  /** The unknown values of this batch that the transform shall see. */
  private final Map<String, Integer> strange = new HashMap<>();

  private String[] sourceDictionary = {};
  private int[] translated = {};

  CategoryInput(InputField field) {
    super(field);
    Set<String> values = new LinkedHashSet<>(field.values());
    this.known = values.size();
    List<String> all = new ArrayList<>(values);
    String standIn = standIn(field) instanceof String text ? text : null;
    String other = field.onUnknown() == OnUnknown.OTHER ? field.other().orElseThrow() : null;
    if (standIn != null) {
      all.add(standIn);
    }
    if (other != null) {
      all.add(other);
    }
    this.texts = new KnownTexts(all);
    this.standIn = standIn == null ? NULL : texts.number(standIn);
    this.other = other == null ? NULL : texts.number(other);
  }

  @Override
  Column run(Column source, RowFates fates) {
    int rows = source.size();
    if (codes.length < rows) {
      codes = new int[Math.max(rows, 2 * codes.length)];
    }
    strange.clear();
    if (source instanceof Column.Coded c) {
      recode(c, fates);
    } else {
      code((Column.Strings) source, fates);
    }
    return new Column.Coded(dictionary(), codes, rows);
  }

  private void code(Column.Strings source, RowFates fates) {
    int rows = source.size();
    for (int row = 0; row < rows; row++) {
      String text = source.values()[row];
      if (text == null) {
        codes[row] = missing(row, fates);
      } else {
        int number = texts.number(text);
        codes[row] = number >= 0 && number < known ? number : unknown(text, row, fates);
      }
    }
  }

  private void recode(Column.Coded source, RowFates fates) {
    translate(source.dictionary());
    int rows = source.size();
    for (int row = 0; row < rows; row++) {
      int entry = source.codes()[row];
      if (entry < 0) {
        codes[row] = missing(row, fates);
      } else {
        int number = translated[entry];
        codes[row] = number >= 0 ? number : unknown(source.dictionary()[entry], row, fates);
      }
    }
  }

  private void translate(String[] dictionary) {
    if (dictionary == sourceDictionary) {
      return;
    }
    sourceDictionary = dictionary;
    translated = new int[dictionary.length];
    for (int entry = 0; entry < dictionary.length; entry++) {
      int number = texts.number(dictionary[entry]);
      translated[entry] = number >= 0 && number < known ? number : UNKNOWN;
    }
  }

  private int missing(int row, RowFates fates) {
    return fates.isAlive(row) && settle(row, fates) ? standIn : NULL;
  }

  private int unknown(String text, int row, RowFates fates) {
    if (!fates.isAlive(row)) {
      return NULL;
    }
    settleUnknown(text, row, fates);
    return switch (field.onUnknown()) {
      case REJECT -> NULL;
      case OTHER -> other;
      case FLAG -> {
        int number = texts.number(text);
        yield number >= 0
            ? number
            : strange.computeIfAbsent(text, t -> texts.texts().length + strange.size());
      }
    };
  }

  private String[] dictionary() {
    String[] steady = texts.texts();
    if (strange.isEmpty()) {
      return steady;
    }
    String[] all = Arrays.copyOf(steady, steady.length + strange.size());
    strange.forEach((text, number) -> all[number] = text);
    return all;
  }
}
