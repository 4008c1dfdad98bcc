package dev.nightjar.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The views that a store in a Redis held when it was asked. Cannot be changed. */
final class RedisCatalogue {
  private final String place;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  /**
   * A view by one rule.
   *
   * @param field where it stands
   * @param batch the last one that is visible
   */
  record Entry(String field, long batch, StoredView view) {

    /** As it stands there. */
    static byte[] bytes(long batch, StoredView view) {
      return RedisBytes.joined(RedisBytes.number(batch), view.bytes());
    }

    static Entry read(String place, String field, byte[] bytes) {
      ByteBuffer all = ByteBuffer.wrap(bytes);
      return new Entry(field, all.getLong(), StoredView.read(place, all));
    }
  }

  /**
   * A catalogue.
   *
   * @param flat fields and entries by turns, as Redis gives a hash
   */
  RedisCatalogue(String place, List<?> flat) {
    this.place = place;
    for (int i = 0; i < flat.size(); i += 2) {
      entries.put(RedisBytes.string(flat.get(i)), RedisBytes.bytes(flat.get(i + 1)));
    }
  }

  /** Where a view by a rule stands; no name holds a zero. */
  static String field(String view, String rule) {
    return view + '\0' + rule;
  }

  static byte[] bytes(String field) {
    return field.getBytes(StandardCharsets.UTF_8);
  }

  /** What is known of a view by a rule; empty when the store does not have it. */
  Optional<Entry> find(String view, String rule) {
    String field = field(view, rule);
    return Optional.ofNullable(entries.get(field)).map(bytes -> Entry.read(place, field, bytes));
  }

  /** A view by all other rules, the one that was begun last first. */
  List<Entry> others(String view, String rule) {
    List<Entry> others = new ArrayList<>();
    entries.forEach(
        (field, bytes) -> {
          Entry entry = Entry.read(place, field, bytes); // of each, so that another format is told
          if (field.startsWith(field(view, "")) && !field.equals(field(view, rule))) {
            others.add(entry);
          }
        });
    others.sort(Comparator.<Entry>comparingInt(entry -> entry.view().id()).reversed());
    return others;
  }
}
