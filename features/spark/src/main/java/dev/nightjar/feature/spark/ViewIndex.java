package dev.nightjar.feature.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.nightjar.feature.Timeline;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.VisibleRows;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.jspecify.annotations.Nullable;

/**
 * All that can answer of a view that is small enough to be sent to every executor: of each key the
 * timeline, made when the first row is looked up. Thread-safe.
 */
@DefaultSerializer(JavaSerializer.class) // Spark may send it by Kryo, which knows no records
final class ViewIndex implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int KEY = 0;
  private static final int TIME = 1;
  private static final int ROW = 2;

  private final ViewRule rule;
  private final UnsafeRow[] entries;
  private transient volatile @Nullable Map<UnsafeRow, Timeline<InternalRow>> timelines;

  /**
   * Of a view.
   *
   * @param entries as {@link ViewTable#entries} gives them
   */
  ViewIndex(ViewRule rule, UnsafeRow[] entries) {
    this.rule = rule;
    this.entries = entries;
  }

  ViewRule rule() {
    return rule;
  }

  /** What is visible of a key at a time; null for a key that the view does not have. */
  @Nullable VisibleRows<InternalRow> at(UnsafeRow key, long time) {
    Timeline<InternalRow> timeline = timelines().get(key);
    return timeline == null ? null : timeline.at(time);
  }

  private Map<UnsafeRow, Timeline<InternalRow>> timelines() {
    Map<UnsafeRow, Timeline<InternalRow>> made = timelines;
    if (made == null) {
      synchronized (this) {
        made = timelines;
        if (made == null) {
          made = make();
          timelines = made;
        }
      }
    }
    return made;
  }

  private Map<UnsafeRow, Timeline<InternalRow>> make() {
    int keyFields = rule.keys().types().size();
    int rowFields = rule.rows().width();
    Map<UnsafeRow, SortedMap<Long, VisibleRows<InternalRow>>> ofKeys = new HashMap<>();
    for (UnsafeRow entry : entries) {
      InternalRow row = entry.isNullAt(ROW) ? null : entry.getStruct(ROW, rowFields);
      long from = entry.getLong(TIME);
      VisibleRows<InternalRow> moment =
          ofKeys
              .computeIfAbsent(entry.getStruct(KEY, keyFields), key -> new TreeMap<>())
              .computeIfAbsent(from, time -> rule.nothing());
      new Entry<>(from, row).showTo(moment);
    }
    Map<UnsafeRow, Timeline<InternalRow>> made = new HashMap<>(2 * ofKeys.size());
    VisibleRows<InternalRow> nothing = rule.nothing();
    ofKeys.forEach((key, moments) -> made.put(key, Timeline.of(nothing, moments)));
    return made;
  }
}
