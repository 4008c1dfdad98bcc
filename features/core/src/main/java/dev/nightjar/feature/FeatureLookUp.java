package dev.nightjar.feature;

import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.DefaultValue.Constant;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStore.Query;
import dev.nightjar.feature.JoinedBatch.Tie;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The join of a few rows with what a {@link FeatureStore} holds: the online form of the batch join,
 * with the same values, defaults, flags and rejections. All views and rows are asked for at once.
 * Where the store cannot tell what was visible at a row's time, the view's features are null and
 * the flag is {@code unknown:<view>}; a default is never put there. Thread-safe.
 */
public final class FeatureLookUp {
  private final List<FeatureView> views;
  private final FeatureStore store;

  /**
   * A look-up.
   *
   * @param views in order, with defaults that are constants: {@link FeatureStatistics#resolve}
   * @throws IllegalArgumentException when a default is a statistic
   */
  public FeatureLookUp(List<FeatureView> views, FeatureStore store) {
    this.views = List.copyOf(views);
    this.store = store;
    for (FeatureView view : this.views) {
      if (FeatureStatistics.neededBy(view)) {
        throw new IllegalArgumentException(
            "view '"
                + view.name()
                + "' has a statistic of training for a default; put in the figure with"
                + " FeatureStatistics.resolve first");
      }
    }
  }

  /**
   * The rows with features.
   *
   * @param rows with the views' keys, none of them a floating-point number
   * @param asOf the column of the as-of time, a timestamp; can be empty when all views are static
   * @throws IllegalArgumentException when a column is absent or of a type that cannot be one
   * @throws FeatureStoreException when the store cannot answer
   */
  public JoinedBatch join(ColumnBatch rows, Optional<String> asOf) {
    Optional<Column> times = asOf.map(rows::column);
    if (times.isPresent() && times.get().type() != DataType.TIMESTAMP) {
      throw new IllegalArgumentException(
          "the as-of column '"
              + asOf.get()
              + "' is a "
              + times.get().type().word()
              + " and must be a timestamp");
    }
    List<Query> queries = new ArrayList<>();
    int[][] places = new int[rows.rows()][views.size()];
    for (int row = 0; row < rows.rows(); row++) {
      for (int view = 0; view < views.size(); view++) {
        Optional<Query> query = query(rows, row, views.get(view), times);
        places[row][view] = query.isPresent() ? queries.size() : -1;
        query.ifPresent(queries::add);
      }
    }
    return settled(rows, queries, store.lookUp(queries), places);
  }

  /**
   * What the one view of this look-up answers: its features alone, a row for each query. For who
   * has keys of types that no column holds.
   *
   * @throws IllegalArgumentException when there are several views
   * @throws FeatureStoreException when the store cannot answer
   */
  public JoinedBatch answers(List<Query> queries) {
    if (views.size() != 1) {
      throw new IllegalArgumentException("queries of one view cannot be answered by " + views);
    }
    int[][] places = new int[queries.size()][1];
    for (int row = 0; row < places.length; row++) {
      places[row][0] = row;
    }
    ColumnBatch nothing = new ColumnBatch(Schema.of(), List.of(), queries.size());
    return settled(nothing, queries, store.lookUp(queries), places);
  }

  /** Empty for a row that matches nothing. */
  private static Optional<Query> query(
      ColumnBatch rows, int row, FeatureView view, Optional<Column> times) {
    long asOf = 0;
    if (!view.isStatic()) {
      Column time =
          times.orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "view '" + view.name() + "' has event times and no as-of column was named"));
      if (time.isNull(row)) {
        return Optional.empty();
      }
      asOf = (Long) Objects.requireNonNull(time.get(row));
    }
    List<Object> key = new ArrayList<>();
    for (String name : view.keys().keySet()) {
      Column column = rows.column(name);
      if (column.isNull(row)) {
        return Optional.empty();
      }
      key.add(keyValue(name, column.type(), Objects.requireNonNull(column.get(row))));
    }
    return Optional.of(new Query(view.name(), key, asOf));
  }

  private static Object keyValue(String name, DataType type, Object value) {
    return switch (type) {
      case BOOLEAN, STRING -> value;
      case INTEGER, LONG -> ((Number) value).longValue();
      case TIMESTAMP -> Timestamps.instant((Long) value);
      case FLOAT, DOUBLE ->
          throw new IllegalArgumentException(
              "the key '"
                  + name
                  + "' is a "
                  + type.word()
                  + "; floating-point keys match nothing"
                  + " reliably, use a whole number or a text");
    };
  }

  private JoinedBatch settled(
      ColumnBatch rows, List<Query> queries, List<Answer> answers, int[][] places) {
    ColumnBatch.Builder features = ColumnBatch.builder(Schema.of(fields()));
    List<List<String>> flags = new ArrayList<>();
    List<Optional<Tie>> ties = new ArrayList<>();
    for (int[] ofRow : places) {
      Settled settled = new Settled();
      for (int view = 0; view < ofRow.length && settled.tie.isEmpty(); view++) {
        int place = ofRow[view];
        if (place < 0) {
          settled.missing(views.get(view), JoinWords.noRow(views.get(view).name()));
        } else {
          settled.answer(views.get(view), queries.get(place), answers.get(place));
        }
      }
      features.row(settled.row(features()));
      flags.add(List.copyOf(settled.flags));
      ties.add(settled.tie);
    }
    return new JoinedBatch(beside(rows, features.build()), flags, ties);
  }

  private List<Feature> features() {
    return views.stream().flatMap(view -> view.features().stream()).toList();
  }

  private List<Field> fields() {
    return features().stream().map(feature -> new Field(feature.name(), feature.type())).toList();
  }

  private static ColumnBatch beside(ColumnBatch rows, ColumnBatch features) {
    List<Field> fields = new ArrayList<>(rows.schema().fields());
    fields.addAll(features.schema().fields());
    List<Column> columns = new ArrayList<>();
    for (ColumnBatch batch : List.of(rows, features)) {
      for (int i = 0; i < batch.schema().size(); i++) {
        columns.add(batch.column(i));
      }
    }
    return new ColumnBatch(Schema.of(fields), columns, rows.rows());
  }

  /** One row on its way through the views. */
  private static final class Settled {
    private final List<@Nullable Object> values = new ArrayList<>();
    private final List<String> flags = new ArrayList<>();
    private Optional<Tie> tie = Optional.empty();

    /** Which features take a default for null, and which of those are flagged for it. */
    private final BitSet fillable = new BitSet();

    private final BitSet flaggable = new BitSet();

    void answer(FeatureView view, Query query, Answer answer) {
      if (!(answer instanceof Answer.Known known)) {
        flags.add(JoinWords.unknown(view.name()));
        view.features().forEach(feature -> values.add(null));
        return;
      }
      VisibleRows<FeatureRow> visible = known.rows();
      switch (visible.outcome(query.asOf())) {
        case MATCHED -> matched(view, visible, query.asOf());
        case STALE -> missing(view, JoinWords.stale(view.name()));
        case NO_ROW -> missing(view, JoinWords.noRow(view.name()));
        case TIED -> tie = Optional.of(tie(view, query, visible.tiedEventTime(query.asOf())));
      }
    }

    private void matched(FeatureView view, VisibleRows<FeatureRow> visible, long asOf) {
      int first = values.size();
      for (int i = 0; i < view.features().size(); i++) {
        FeatureRow row = visible.answering(asOf, i);
        values.add(row == null ? null : row.value(i));
      }
      fillable.set(first, values.size());
      flaggable.set(first, values.size());
    }

    void missing(FeatureView view, String flag) {
      flags.add(flag);
      int first = values.size();
      view.features().forEach(feature -> values.add(null));
      fillable.set(first, values.size());
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

    /** Fills in defaults, but for a row that is rejected, and gives the values. */
    @Nullable Object[] row(List<Feature> features) {
      @Nullable Object[] row = new @Nullable Object[features.size()];
      for (int i = 0; i < values.size(); i++) {
        row[i] = values.get(i);
        Feature feature = features.get(i);
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
  }
}
