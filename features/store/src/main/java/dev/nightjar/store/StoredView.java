package dev.nightjar.store;

import dev.nightjar.config.YamlText;
import dev.nightjar.data.Sha256;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a store knows of a view by one rule.
 *
 * @param id stands before the keys of its records
 * @param rule digest of all in the view that its records depend on
 * @param keeping what is kept of the past
 * @param from the least as-of time that rows were read for, in microseconds
 * @param until up to when what became visible has been stored, in microseconds
 * @param keyTypes of the keys' values, as {@link KeyBytes#types} writes them; empty while there is
 *     no key
 */
record StoredView(int id, String rule, Keeping keeping, long from, long until, String keyTypes) {
  private static final int FORMAT = 2;

  /** The digest of a view's rule without its defaults, which are filled in at the look-up. */
  static String rule(FeatureView view) {
    List<Feature> plain =
        view.features().stream()
            .map(feature -> feature.withDefault(new DefaultValue.None()))
            .toList();
    return Sha256.of(YamlText.of(FeatureViews.toYaml(view.semantics().withFeatures(plain))));
  }

  /**
   * The same with a window more.
   *
   * @throws FeatureStoreException when the window leaves a gap, or another past is to be kept
   */
  StoredView followedBy(String place, FeatureView view, Window window, Keeping keeping) {
    String holds = "the store " + place + " holds the feature view '" + view.name() + "' ";
    if (this.keeping != keeping) {
      throw new FeatureStoreException(
          holds
              + this.keeping.words()
              + ", and "
              + keeping.words()
              + " was asked for; ask for what it has, or store the view anew");
    }
    if (window.from() > until || window.until() < from) {
      throw new FeatureStoreException(
          holds
              + "from "
              + Timestamps.instant(from)
              + " until "
              + Timestamps.instant(until)
              + ", and what became visible between that and "
              + Timestamps.instant(window.from())
              + " until "
              + Timestamps.instant(window.until())
              + " would be missing; let the window begin where the store ends");
    }
    // Of the newest alone a span that is read again brings no more of what was there before it.
    long since = keepsHistory() ? Math.min(from, window.from()) : from;
    return new StoredView(id, rule, keeping, since, Math.max(until, window.until()), keyTypes);
  }

  StoredView withKeyTypes(String types) {
    return new StoredView(id, rule, keeping, from, until, types);
  }

  /** Refuses a key that no stored key can be equal to: it would match nothing without a word. */
  void requireTypes(String place, String view, List<Object> key) {
    String asked = KeyBytes.types(key);
    if (!keyTypes.isEmpty() && !keyTypes.equals(asked)) {
      throw new FeatureStoreException(
          "the keys of the feature view '"
              + view
              + "' are ("
              + keyTypes
              + ") in the store "
              + place
              + " and ("
              + asked
              + ") in the request; give the keys in the types of the view's table");
    }
  }

  boolean keepsHistory() {
    return keeping == Keeping.HISTORY;
  }

  /** Why a time before the first that it answers for is answered with nothing. */
  String whyUnknown(String name, long asOf) {
    return "the store reaches back to "
        + Timestamps.instant(keepsHistory() ? from : until)
        + " for the view '"
        + name
        + "' and was asked for "
        + Timestamps.instant(asOf);
  }

  byte[] bytes() {
    byte[] digest = rule.getBytes(StandardCharsets.UTF_8);
    byte[] types = keyTypes.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(
            4 * Integer.BYTES + 1 + 2 * Long.BYTES + digest.length + types.length)
        .putInt(FORMAT)
        .putInt(id)
        .put((byte) (keepsHistory() ? 1 : 0))
        .putLong(from)
        .putLong(until)
        .putInt(digest.length)
        .put(digest)
        .putInt(types.length)
        .put(types)
        .array();
  }

  static StoredView read(String place, ByteBuffer bytes) {
    int format = bytes.getInt();
    if (format != FORMAT) {
      throw ofAnotherFormat(place, String.valueOf(format), FORMAT);
    }
    int id = bytes.getInt();
    Keeping keeping = bytes.get() == 0 ? Keeping.NEWEST : Keeping.HISTORY;
    long from = bytes.getLong();
    long until = bytes.getLong();
    String rule = text(bytes);
    return new StoredView(id, rule, keeping, from, until, text(bytes));
  }

  /** A store that another Nightjar wrote, which may mean anything by what it holds. */
  static FeatureStoreException ofAnotherFormat(String place, String format, int own) {
    return new FeatureStoreException(
        "the store "
            + place
            + " is of format "
            + format
            + " and this Nightjar reads format "
            + own
            + "; use the Nightjar that wrote it, or materialize into a new store");
  }

  private static String text(ByteBuffer bytes) {
    byte[] text = new byte[bytes.getInt()];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
