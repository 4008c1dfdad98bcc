package dev.nightjar.store;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.VisibleRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What a batch changes of what is stored of a key: the same for every store, whatever it lies in.
 * Not thread-safe, since it keeps the types of the keys that came.
 */
final class BatchRule {
  private final StoredView stored;
  private final OptionalLong replaced;
  private final VisibleRows<FeatureRow> nothing;
  private String keyTypes;

  /**
   * A rule.
   *
   * @param stored the view as it will be
   * @param replaced of a windowed view the time behind which what is stored of a key goes: its rows
   *     are then what its windows come to, and its last ones lie in the future
   * @param nothing of the view's rule
   */
  BatchRule(StoredView stored, OptionalLong replaced, VisibleRows<FeatureRow> nothing) {
    this.stored = stored;
    this.replaced = replaced;
    this.nothing = nothing;
    this.keyTypes = stored.keyTypes();
  }

  /**
   * What becomes of a key's standings.
   *
   * @param behind all stored standings behind this time go, before any is put
   * @param puts the standings to be put, by the times from which on they are
   * @param before all stored standings before this time go
   */
  record Change(
      OptionalLong behind, NavigableMap<Long, VisibleRows<FeatureRow>> puts, OptionalLong before) {}

  /** The view as it will be, with the types of the keys that came. */
  StoredView stored() {
    return stored.withKeyTypes(keyTypes);
  }

  /** What a key without any standing comes to. */
  VisibleRows<FeatureRow> nothing() {
    return nothing;
  }

  /** The bytes of a key that comes. */
  byte[] key(List<Object> key) {
    String types = KeyBytes.types(key);
    if (keyTypes.isEmpty()) {
      keyTypes = types;
    }
    if (!keyTypes.equals(types)) {
      throw new FeatureStoreException(
          "the keys of a feature view are ("
              + keyTypes
              + ") in the store and ("
              + types
              + ") in its table now; store the view anew (nightjar features materialize --anew)");
    }
    return KeyBytes.of(key);
  }

  /** The rows that come of a key, at least one, in the order of the times at which they do. */
  List<Entry<FeatureRow>> sorted(List<Entry<FeatureRow>> entries) {
    List<Entry<FeatureRow>> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::from));
    long last = sorted.get(sorted.size() - 1).from();
    if (replaced.isEmpty() && last > stored.until()) {
      throw new IllegalArgumentException(
          "a row that becomes visible at "
              + last
              + " lies behind the batch's window, which ends at "
              + stored.until());
    }
    return sorted;
  }

  /** The time whose standing, and all behind it, the change depends on. */
  long readFrom(List<Entry<FeatureRow>> sorted) {
    long first = sorted.get(0).from();
    return replaced.isPresent() ? Math.min(first, replaced.getAsLong()) : first;
  }

  /**
   * What rows change.
   *
   * @param standings what is stored of the key, from the last standing at or before {@link
   *     #readFrom} on
   */
  Change change(
      NavigableMap<Long, VisibleRows<FeatureRow>> standings, List<Entry<FeatureRow>> sorted) {
    NavigableMap<Long, VisibleRows<FeatureRow>> before =
        replaced.isPresent()
            ? new TreeMap<>(standings.headMap(replaced.getAsLong(), true))
            : standings;
    NavigableMap<Long, VisibleRows<FeatureRow>> after = merged(before, sorted);
    // Times before the first that can be asked see nothing of their own.
    Long last = after.floorKey(stored.keepsHistory() ? stored.from() : stored.until());
    return last == null
        ? new Change(replaced, after, OptionalLong.empty())
        : new Change(replaced, after.tailMap(last, true), OptionalLong.of(last));
  }

  /** The standings from the first of the rows on, with these rows in them. */
  private NavigableMap<Long, VisibleRows<FeatureRow>> merged(
      NavigableMap<Long, VisibleRows<FeatureRow>> before, List<Entry<FeatureRow>> sorted) {
    long first = sorted.get(0).from();
    NavigableMap<Long, VisibleRows<FeatureRow>> merged = new TreeMap<>(before.tailMap(first, true));
    sorted.forEach(entry -> merged.putIfAbsent(entry.from(), nothing));
    Map.Entry<Long, VisibleRows<FeatureRow>> base = before.floorEntry(first);
    VisibleRows<FeatureRow> standing = base == null ? nothing.copy() : base.getValue().copy();
    int shown = 0;
    for (Map.Entry<Long, VisibleRows<FeatureRow>> at : merged.entrySet()) {
      VisibleRows<FeatureRow> own = before.get(at.getKey());
      if (own != null) {
        standing = own.copy();
        shown = 0; // what stood there has seen none of these rows
      }
      while (shown < sorted.size() && sorted.get(shown).from() <= at.getKey()) {
        sorted.get(shown).showTo(standing);
        shown++;
      }
      at.setValue(standing.copy());
    }
    return merged;
  }
}
