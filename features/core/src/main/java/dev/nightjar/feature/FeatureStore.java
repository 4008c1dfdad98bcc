package dev.nightjar.feature;

import java.util.List;

/**
 * Looks feature values up by key, as of a time: the online side of the join. A store keeps of each
 * key what {@link VisibleRows} keeps, so which row answers is decided by the same rule and the same
 * code as in the batch join. Thread-safe.
 */
public interface FeatureStore extends AutoCloseable {

  /**
   * What each view knows of a key, in the order of the queries, all in one round trip.
   *
   * @throws FeatureStoreException when the store cannot be read, or does not hold the view, or by
   *     another rule
   */
  List<Answer> lookUp(List<Query> queries);

  @Override
  void close();

  /**
   * A key in a view at a time.
   *
   * @param view the name of one of the views that the store was opened for
   * @param key its values in the order of the view's keys: {@link Boolean}, {@link Long} for whole
   *     numbers of any width, {@link String}, {@link java.time.Instant}, {@link
   *     java.time.LocalDate}, {@link java.math.BigDecimal}; none is null
   * @param asOf microseconds since 1970; of no account for a static view
   */
  record Query(String view, List<Object> key, long asOf) {
    public Query {
      key = List.copyOf(key);
    }
  }

  /** What is known. */
  sealed interface Answer {

    /**
     * All that the rule needs of the rows that are visible at that time.
     *
     * @param rows not to be changed
     */
    record Known(VisibleRows<FeatureRow> rows) implements Answer {}

    /**
     * The store does not reach back to that time, or does not answer now and was declared to say
     * so.
     *
     * @param reason for people
     */
    record Unknown(String reason) implements Answer {}
  }
}
