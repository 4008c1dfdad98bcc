package dev.nightjar.run;

import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a key in a published result came to be, computed anew, and held against what was
 * published. Values are numbers, booleans, texts and {@link Instant}s.
 *
 * @param job whose result it is
 * @param interval that was scored
 * @param key by key column
 * @param attempt the token of the result that readers see
 * @param by what the rows were computed with for this
 * @param notes what should be known, for people: such as a bundle that is another one by now
 * @param changes what is another now than when the rows were published
 * @param rows one, or each duplicate of the key
 */
public record RowExplanation(
    String job,
    String interval,
    Map<String, String> key,
    long attempt,
    Computer by,
    List<String> notes,
    List<Change> changes,
    List<OfRow> rows) {

  /** Whether every row comes out as it was published. */
  public boolean isAsPublished() {
    return rows.stream().allMatch(row -> row.difference().isEmpty());
  }

  /**
   * What computes rows.
   *
   * @param label of the bundle, for people
   * @param bundle its digest
   */
  public record Computer(String label, String bundle, String engine, String device) {}

  /**
   * Something that goes into a result and is another now.
   *
   * @param what it is, such as {@code input listing}
   * @param then its digest or name in the record of the run that has written the row
   * @param now the same today
   */
  public record Change(String what, String then, String now) {}

  /**
   * One row.
   *
   * @param computed what is computed now; null where the input has no such row any more
   * @param published what the files hold; null where the result has no such row
   * @param difference how the two differ, in words; empty when they are equal within tolerance
   */
  public record OfRow(
      @Nullable Computed computed, @Nullable Published published, Optional<String> difference) {}

  /**
   * What a row was on its way. What it did not come to is empty.
   *
   * @param input the input's columns
   * @param asOf at which it asked for features; null where it has none
   * @param views what answered, in the job's order
   * @param joined the contract's columns as they came to the contract
   * @param transformed by the transform's columns
   * @param normalized by the same columns
   * @param activations of the network
   * @param outcome what became of it
   * @param rejection present exactly for a rejected row
   * @param flags what was invented for it, and in words why
   * @param outputs of the contract
   * @param decisions how labels follow from outputs, in words
   */
  public record Computed(
      Map<String, @Nullable Object> input,
      @Nullable Instant asOf,
      List<OfView> views,
      Map<String, @Nullable Object> joined,
      Map<String, Double> transformed,
      Map<String, Float> normalized,
      List<Float> activations,
      Outcome outcome,
      Optional<Rejection> rejection,
      Map<String, String> flags,
      Map<String, @Nullable Object> outputs,
      List<String> decisions) {
    public Computed {
      input = ordered(input);
      joined = ordered(joined);
      transformed = ordered(transformed);
      normalized = ordered(normalized);
      flags = ordered(flags);
      outputs = ordered(outputs);
    }
  }

  /**
   * What a view answered a row.
   *
   * @param view its name
   * @param standing in one word: {@code matched}, {@code stale}, {@code no-row}, {@code null-key},
   *     {@code no-time}, {@code tied} or {@code not-asked}
   * @param why in words
   * @param eventTime of the row that answered; null where none did, and for a static view
   * @param available from when on it could be seen; null likewise
   * @param age as-of time less event time; null likewise
   * @param features by name
   * @param defaults the names of those that are the view's defaults
   */
  public record OfView(
      String view,
      String standing,
      String why,
      @Nullable Instant eventTime,
      @Nullable Instant available,
      @Nullable Duration age,
      Map<String, @Nullable Object> features,
      List<String> defaults) {
    public OfView {
      features = ordered(features);
    }
  }

  /**
   * A row as the files hold it.
   *
   * @param run that has written it
   * @param bundle the digest of what has scored it
   */
  public record Published(
      Outcome outcome,
      Optional<Rejection> rejection,
      List<String> flags,
      Map<String, @Nullable Object> outputs,
      String run,
      String bundle) {
    public Published {
      outputs = ordered(outputs);
    }
  }

  private static <K, V extends @Nullable Object> Map<K, V> ordered(Map<K, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
