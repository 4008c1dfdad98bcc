package dev.nightjar.feature.spark;

import dev.nightjar.feature.JoinWords;
import dev.nightjar.feature.VisibleRows;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * What executors know of a view.
 *
 * @param view its name
 * @param isStatic whether it has no event times
 * @param isWindowed whether its rows are what windows come to
 * @param maxAge microseconds, {@link Long#MAX_VALUE} for none
 * @param anyOnTie whether tied rows answer with one of them
 * @param lastKnown whether each column answers with its newest value that is not null
 * @param rows how its rows are read
 */
record ViewRule(
    String view,
    JoinKeys keys,
    boolean isStatic,
    boolean isWindowed,
    long maxAge,
    boolean anyOnTie,
    boolean lastKnown,
    FeatureRows rows)
    implements Serializable {

  /** Nothing is visible yet. */
  VisibleRows<InternalRow> nothing() {
    return new VisibleRows<>(rows, maxAge, anyOnTie, lastKnown, rows.values().size());
  }

  /** Why an input row is rejected whose feature rows are tied. */
  String tie(InternalRow key, long eventTime) {
    return JoinWords.tie(view, !isStatic && !isWindowed, keys.text(key), eventTime);
  }
}
