package dev.nightjar.feature.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.nightjar.feature.VisibleRows;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.jspecify.annotations.Nullable;

/**
 * All that can answer of a view that is small enough to be sent to every executor, in sorted arrays
 * that are searched: of each key the times at which something became visible, of each time what
 * {@link VisibleRows} keeps from then on, and the rows that it keeps. Made once by a {@link
 * ViewIndexBuilder}; any number of threads look things up, each by a {@link Reader} of its own.
 */
@DefaultSerializer(JavaSerializer.class) // Spark may send it by Kryo, which knows no records
final class ViewIndex implements Serializable {
  private static final long serialVersionUID = 1;

  /** In place of a row. */
  static final long NO_ROW = -1;

  /** Set in the place of a row that is tied. */
  static final long TIED = 1L << 62;

  private final ViewRule rule;
  private final PackedRows rows;

  /** By the hash of the key, in the next free place: the hash, and the key's number plus one. */
  private final long[] table;

  /** Where each key lies among the rows. */
  private final long[] keys;

  /** Of each key its first moment, then their number. */
  private final int[] firsts;

  /** The times of the moments. */
  private final long[] times;

  /** Of each moment the places of {@link VisibleRows}, and the rows that stand there. */
  private final long[] standings;

  /** Of each moment the newest event time, where that does not follow from the row. */
  private final long[] newest;

  /** Whether there is one. */
  private final boolean[] anyYoung;

  ViewIndex(
      ViewRule rule,
      PackedRows rows,
      long[] table,
      long[] keys,
      int[] firsts,
      long[] times,
      long[] standings,
      long[] newest,
      boolean[] anyYoung) {
    this.rule = rule;
    this.rows = rows;
    this.table = table;
    this.keys = keys;
    this.firsts = firsts;
    this.times = times;
    this.standings = standings;
    this.newest = newest;
    this.anyYoung = anyYoung;
  }

  ViewRule rule() {
    return rule;
  }

  /** Looks up for one thread. */
  Reader reader() {
    return new Reader();
  }

  /** Looks things up; what it gives is good until the next time. Not thread-safe. */
  final class Reader {
    private final VisibleRows<InternalRow> visible = rule.nothing();
    private final UnsafeRow[] found = new UnsafeRow[visible.places()];

    private Reader() {
      Arrays.setAll(found, place -> new UnsafeRow(rule.rows().width()));
    }

    /** What is visible of a key at a time; null for a key that the view does not have. */
    @Nullable VisibleRows<InternalRow> at(UnsafeRow key, long time) {
      int number = number(table, keys, rows, key);
      if (number < 0) {
        return null;
      }
      int first = firsts[number];
      int searched = Arrays.binarySearch(times, first, firsts[number + 1], time);
      int moment = searched >= 0 ? searched : -searched - 2;
      if (moment < first) {
        visible.clear();
      } else {
        load(moment);
      }
      return visible;
    }

    private void load(int moment) {
      int places = found.length;
      for (int place = 0; place < places; place++) {
        long standing = standings[moment * places + place];
        if (standing == NO_ROW) {
          visible.restore(place, null, false);
        } else {
          rows.point(found[place], standing & ~TIED);
          visible.restore(place, found[place], (standing & TIED) != 0);
        }
      }
      if (rule.lastKnown()) {
        visible.restore(anyYoung[moment], newest[moment]);
      } else {
        boolean isAny = standings[moment] != NO_ROW;
        visible.restore(isAny, isAny ? rule.rows().eventTime(found[0]) : 0);
      }
    }
  }

  /**
   * The number of a key in a table of keys; negative when it is not there.
   *
   * @param table by the hash, in the next free place: the hash, and the number plus one
   * @param keys where each key lies among the rows
   */
  static int number(long[] table, long[] keys, PackedRows rows, UnsafeRow key) {
    int hash = key.hashCode();
    int mask = table.length - 1;
    for (int i = hash & mask; table[i] != 0; i = (i + 1) & mask) {
      int number = (int) table[i] - 1;
      if ((int) (table[i] >>> Integer.SIZE) == hash && rows.isEqual(keys[number], key)) {
        return number;
      }
    }
    return -1;
  }
}
