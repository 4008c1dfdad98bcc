package dev.nightjar.feature;

import dev.nightjar.feature.DefaultValue.Constant;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStore.Query;
import dev.nightjar.feature.JoinedBatch.Tie;
import dev.nightjar.feature.ViewAnswer.Standing;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One row on its way through the views, in their order. Once a view's rows are tied, later ones add
 * neither values nor flags, as in the batch join. Not thread-safe.
 */
final class SettledRow {
  private final List<@Nullable Object> values = new ArrayList<>();
  private final List<String> flags = new ArrayList<>();
  private final List<ViewAnswer> views = new ArrayList<>();
  private Optional<Tie> tie = Optional.empty();

  /** Which features take a default for null, and which of those are flagged for it. */
  private final BitSet fillable = new BitSet();

  private final BitSet flaggable = new BitSet();

  /** A view of which nothing is sought. */
  void notAsked(AskedView asked) {
    standing(asked, Standing.NOT_ASKED, OptionalLong.empty());
  }

  /** A view in which the row's key or time is null, so that it matches nothing. */
  void matchesNothing(AskedView asked) {
    missing(asked, Standing.NO_ROW, JoinWords.noRow(asked.view().name()));
  }

  /** What the store has to say. */
  void answer(AskedView asked, Query query, Answer answer) {
    FeatureView view = asked.view();
    if (!(answer instanceof Answer.Known known)) {
      standing(asked, Standing.UNKNOWN, OptionalLong.empty());
      if (tie.isEmpty()) {
        flags.add(JoinWords.unknown(view.name()));
        asked.places().forEach(place -> values.add(null));
      }
      return;
    }
    VisibleRows<FeatureRow> visible = known.rows();
    switch (visible.outcome(query.asOf())) {
      case MATCHED -> matched(asked, visible, query.asOf());
      case STALE -> missing(asked, Standing.STALE, JoinWords.stale(view.name()));
      case NO_ROW -> missing(asked, Standing.NO_ROW, JoinWords.noRow(view.name()));
      case TIED -> {
        standing(asked, Standing.TIED, OptionalLong.empty());
        if (tie.isEmpty()) {
          tie = Optional.of(tie(view, query, visible.tiedEventTime(query.asOf())));
        }
      }
    }
  }

  private void standing(AskedView asked, Standing standing, OptionalLong eventTime) {
    views.add(new ViewAnswer(asked.view().name(), standing, eventTime, asked.provided()));
  }

  private void matched(AskedView asked, VisibleRows<FeatureRow> visible, long asOf) {
    OptionalLong oldest = OptionalLong.empty();
    List<@Nullable Object> found = new ArrayList<>();
    for (int place : asked.places()) {
      FeatureRow row = visible.answering(asOf, place);
      found.add(row == null ? null : row.value(place));
      if (row != null) {
        oldest = OptionalLong.of(Math.min(row.eventTime(), oldest.orElse(Long.MAX_VALUE)));
      }
    }
    standing(asked, Standing.MATCHED, asked.view().isStatic() ? OptionalLong.empty() : oldest);
    if (tie.isEmpty()) {
      int first = values.size();
      values.addAll(found);
      fillable.set(first, values.size());
      flaggable.set(first, values.size());
    }
  }

  private void missing(AskedView asked, Standing standing, String flag) {
    standing(asked, standing, OptionalLong.empty());
    if (tie.isEmpty()) {
      flags.add(flag);
      int first = values.size();
      asked.places().forEach(place -> values.add(null));
      fillable.set(first, values.size());
    }
  }

  private static Tie tie(FeatureView view, Query query, long eventTime) {
    List<String> parts = new ArrayList<>();
    int place = 0;
    for (String name : view.keys().keySet()) {
      Object value = query.key().get(place++);
      parts.add(name + "=" + (value instanceof String ? "'" + value + "'" : value));
    }
    return new Tie(
        view.name(),
        JoinWords.tie(
            view.name(),
            !view.isStatic() && !view.isWindowed(),
            String.join(", ", parts),
            eventTime));
  }

  /**
   * Fills in defaults, but for a row that is rejected, and gives the values; {@link #flags} is
   * asked after it.
   *
   * @param sought the features of all views that are sought, in order
   */
  @Nullable Object[] fill(List<Feature> sought) {
    @Nullable Object[] row = new @Nullable Object[sought.size()];
    for (int i = 0; i < values.size(); i++) {
      row[i] = values.get(i);
      Feature feature = sought.get(i);
      if (row[i] == null
          && tie.isEmpty()
          && fillable.get(i)
          && feature.defaultValue() instanceof Constant constant) {
        row[i] = constant.value();
        if (flaggable.get(i)) {
          flags.add(JoinWords.imputed(feature.name()));
        }
      }
    }
    return row;
  }

  List<String> flags() {
    return List.copyOf(flags);
  }

  Optional<Tie> tie() {
    return tie;
  }

  List<ViewAnswer> views() {
    return List.copyOf(views);
  }
}
