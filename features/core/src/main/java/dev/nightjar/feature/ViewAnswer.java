package dev.nightjar.feature;

import java.util.List;
import java.util.OptionalLong;

/**
 * Where a row's features of one view came from. Immutable.
 *
 * @param view its name
 * @param standing what the store had to say
 * @param eventTime of the value that is oldest among those that answered, in microseconds since
 *     1970; empty where none answered, and for a static view; of a windowed view that of the newest
 *     row in its windows
 * @param provided the features that the row brought along, which won over the store's; in the
 *     view's order
 */
public record ViewAnswer(
    String view, Standing standing, OptionalLong eventTime, List<String> provided) {

  /** What the store had to say. */
  public enum Standing {
    /** A row of the view answered. */
    MATCHED,
    /** The rows that are visible are older than the view's maximum age. */
    STALE,
    /** No row is visible. */
    NO_ROW,
    /** Nothing decides between several rows, which rejects the row that asked. */
    TIED,
    /** The store cannot tell. */
    UNKNOWN,
    /** It was not asked: the row brought every feature of the view, or has them joined already. */
    NOT_ASKED
  }

  public ViewAnswer {
    provided = List.copyOf(provided);
  }
}
