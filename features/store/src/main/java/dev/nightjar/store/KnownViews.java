package dev.nightjar.store;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.VisibleRows;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The views for which a store was opened, each by one rule. Cannot be changed. */
final class KnownViews {
  private final String place;
  private final Map<String, Known> known = new LinkedHashMap<>();

  KnownViews(String place, List<FeatureView> views) {
    this.place = place;
    for (FeatureView view : views) {
      known.put(view.name(), new Known(place, view, StoredView.rule(view), VisibleRows.of(view)));
    }
  }

  /** The view of that name. */
  Known of(String view) {
    Known found = known.get(view);
    if (found == null) {
      throw new IllegalArgumentException(
          "the store " + place + " was not opened for the feature view '" + view + "'");
    }
    return found;
  }

  /**
   * What a store lacks of these views, in words; empty when it has all of them.
   *
   * @param isHeld whether the store has a view by its rule
   * @param isHeldByOthers whether it has it by another one
   */
  Optional<String> missing(Predicate<Known> isHeld, Predicate<Known> isHeldByOthers) {
    List<String> lacking =
        known.values().stream()
            .filter(isHeld.negate())
            .map(view -> String.valueOf(view.notHeld(isHeldByOthers.test(view)).getMessage()))
            .toList();
    return lacking.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", lacking));
  }

  /**
   * A view for which a store was opened.
   *
   * @param place of the store, in words
   * @param rule the digest of all that its records depend on
   * @param nothing what a key without rows comes to
   */
  record Known(String place, FeatureView view, String rule, VisibleRows<FeatureRow> nothing) {

    String name() {
      return view.name();
    }

    /** The time at which records are sought for a time that is asked. */
    long sought(long asOf) {
      return view.isStatic() ? 0 : asOf;
    }

    /** Why a look-up is refused when the store does not have the view by this rule. */
    FeatureStoreException notHeld(boolean isHeldByOthers) {
      return new FeatureStoreException(
          "the store "
              + place
              + (isHeldByOthers
                  ? " holds the feature view '"
                      + view.name()
                      + "' by another rule (keys, times, ages, features or their types differ);"
                      + " store it by this one too, beside the other,"
                  : " does not hold the feature view '" + view.name() + "'; store it")
              + " with 'nightjar features materialize "
              + view.name()
              + "'");
    }

    /**
     * What a key is answered.
     *
     * @param asOf as {@link #sought} has it
     * @param found the last record at or before that time; null when there is none
     * @param isLater when there is none, whether there is one of the key behind that time
     * @throws DamagedRecordException when the record makes no sense
     */
    Answer answer(StoredView stored, long asOf, @Nullable ByteBuffer found, boolean isLater) {
      if (asOf < stored.from()) {
        return new Answer.Unknown(stored.whyUnknown(view.name(), asOf));
      }
      if (found != null) {
        return new Answer.Known(Standings.read(found, nothing));
      }
      // Of a key with later records the earlier ones may have been dropped.
      return isLater && !stored.keepsHistory()
          ? new Answer.Unknown(stored.whyUnknown(view.name(), asOf))
          : new Answer.Known(nothing);
    }

    /**
     * What a batch of the view changes.
     *
     * @param before how the store has it by this rule
     * @param newId the id for a view that is begun
     * @throws FeatureStoreException when the batch does not go with what is stored
     */
    BatchRule batch(
        Optional<StoredView> before,
        Window window,
        Keeping keeping,
        boolean anew,
        IntSupplier newId) {
      Window of = view.isStatic() ? new Window(0, 0) : window;
      StoredView after =
          anew || view.isStatic() || before.isEmpty()
              ? new StoredView(newId.getAsInt(), rule, keeping, of.from(), of.until(), "")
              : before.get().followedBy(place, view, of, keeping);
      OptionalLong replaced = view.isWindowed() ? OptionalLong.of(of.from()) : OptionalLong.empty();
      return new BatchRule(after, replaced, nothing);
    }
  }
}
