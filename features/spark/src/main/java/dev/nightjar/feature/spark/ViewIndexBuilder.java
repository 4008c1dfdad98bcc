package dev.nightjar.feature.spark;

import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.VisibleRows;
import dev.nightjar.feature.VisibleRows.Standing;
import dev.nightjar.feature.VisibleRows.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.jspecify.annotations.Nullable;

/** Makes a {@link ViewIndex} of a view's entries. Not thread-safe. */
final class ViewIndexBuilder {
  private static final int KEY = 0;
  private static final int TIME = 1;
  private static final int ROW = 2;
  private static final int ENTRY_FIELDS = 3;
  private static final int FIRST_TABLE = 16;

  private final ViewRule rule;
  private final PackedRows rows = new PackedRows();
  private final List<Shown> shown = new ArrayList<>();
  private final int places;
  private long[] table = new long[FIRST_TABLE];
  private long[] keys = new long[FIRST_TABLE / 2];
  private int keyCount;
  private long[] times = new long[FIRST_TABLE];
  private long[] standings;
  private long[] newest = new long[FIRST_TABLE];
  private boolean[] anyYoung = new boolean[FIRST_TABLE];
  private int moments;

  /** A row of a key, or that there is one that is too old. */
  private record Shown(int key, long time, @Nullable UnsafeRow row) {}

  private ViewIndexBuilder(ViewRule rule) {
    this.rule = rule;
    this.places = rule.nothing().places();
    this.standings = new long[FIRST_TABLE * places];
  }

  /**
   * The index of a view.
   *
   * @param entries as {@link ViewTable#entries} gives them, in arrays that {@link
   *     PackedRows#packed} made; in any order
   */
  static ViewIndex index(ViewRule rule, List<byte[]> entries) {
    ViewIndexBuilder builder = new ViewIndexBuilder(rule);
    entries.forEach(packed -> PackedRows.each(packed, ENTRY_FIELDS, builder::see));
    return builder.build();
  }

  private void see(UnsafeRow entry) {
    int key = number(entry.getStruct(KEY, rule.keys().types().size()));
    UnsafeRow row = entry.isNullAt(ROW) ? null : entry.getStruct(ROW, rule.rows().width());
    shown.add(new Shown(key, entry.getLong(TIME), row));
  }

  /** The number of a key, which is added when it is new. */
  private int number(UnsafeRow key) {
    int known = ViewIndex.number(table, keys, rows, key);
    if (known >= 0) {
      return known;
    }
    int number = keyCount++;
    if (keyCount > keys.length) {
      keys = Arrays.copyOf(keys, 2 * keys.length);
      grow();
    }
    keys[number] = rows.add(key);
    put(((long) key.hashCode() << Integer.SIZE) | keyCount);
    return number;
  }

  private void grow() {
    long[] before = table;
    table = new long[2 * before.length];
    for (long entry : before) {
      if (entry != 0) {
        put(entry);
      }
    }
  }

  private void put(long entry) {
    int mask = table.length - 1;
    int i = (int) (entry >>> Integer.SIZE) & mask;
    while (table[i] != 0) {
      i = (i + 1) & mask;
    }
    table[i] = entry;
  }

  private ViewIndex build() {
    shown.sort(Comparator.comparingInt(Shown::key).thenComparingLong(Shown::time));
    int[] firsts = new int[keyCount + 1];
    int next = 0;
    for (int key = 0; key < keyCount; key++) {
      firsts[key] = moments;
      next = moments(key, next);
    }
    firsts[keyCount] = moments;
    rows.trim();
    return new ViewIndex(
        rule,
        rows,
        table,
        Arrays.copyOf(keys, keyCount),
        firsts,
        Arrays.copyOf(times, moments),
        Arrays.copyOf(standings, moments * places),
        rule.lastKnown() ? Arrays.copyOf(newest, moments) : new long[0],
        rule.lastKnown() ? Arrays.copyOf(anyYoung, moments) : new boolean[0]);
  }

  /** Adds the moments of a key, whose rows begin at a place of the list; where the next ones do. */
  private int moments(int key, int from) {
    VisibleRows<InternalRow> visible = rule.nothing();
    IdentityHashMap<InternalRow, Long> placed = new IdentityHashMap<>();
    int i = from;
    while (i < shown.size() && shown.get(i).key() == key) {
      long time = shown.get(i).time();
      for (; i < shown.size() && shown.get(i).key() == key && shown.get(i).time() == time; i++) {
        new Entry<InternalRow>(time, shown.get(i).row()).showTo(visible);
      }
      add(time, visible.state(), placed);
    }
    return i;
  }

  private void add(long time, State<InternalRow> state, IdentityHashMap<InternalRow, Long> placed) {
    if (moments == times.length) {
      times = Arrays.copyOf(times, 2 * moments);
      standings = Arrays.copyOf(standings, 2 * moments * places);
      newest = Arrays.copyOf(newest, 2 * moments);
      anyYoung = Arrays.copyOf(anyYoung, 2 * moments);
    }
    times[moments] = time;
    newest[moments] = state.newest().orElse(0);
    anyYoung[moments] = state.newest().isPresent();
    for (int place = 0; place < places; place++) {
      Standing<InternalRow> standing = state.places().get(place);
      InternalRow row = standing.row();
      standings[moments * places + place] =
          row == null
              ? ViewIndex.NO_ROW
              : placed.computeIfAbsent(row, kept -> rows.add((UnsafeRow) kept))
                  | (standing.tied() ? ViewIndex.TIED : 0);
    }
    moments++;
  }
}
