package dev.nightjar.feature;

import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStore.Query;
import dev.nightjar.feature.JoinedBatch.Tie;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The join of a few rows with what a {@link FeatureStore} holds: the online form of the batch join,
 * with the same values, defaults, flags and rejections. All views and rows are asked for at once.
 * Where the store cannot tell what was visible at a row's time, the view's features are null and
 * the flag is {@code unknown:<view>}; a default is never put there.
 *
 * <p>A feature of which the rows have a column already is provided: its values are taken as they
 * are, nulls and another type too (the contract converts), without a default and without a flag of
 * its own. A view all of whose features are provided is not asked. Of which only some are, it is
 * asked for the others as always: what it says of itself ({@code stale:}, {@code no-row:}, {@code
 * unknown:}) stays, and a tie rejects the row. Thread-safe.
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
   * @param rows with the keys of the views that are asked, none of them a floating-point number;
   *     columns that are called as a feature provide it
   * @param asOf the column of the as-of time, a timestamp; can be empty, or absent, when all views
   *     that are asked are static
   * @throws IllegalArgumentException when a column is absent or of a type that cannot be one
   * @throws FeatureStoreException when the store cannot answer
   */
  public JoinedBatch join(ColumnBatch rows, Optional<String> asOf) {
    List<AskedView> asked = views.stream().map(view -> AskedView.of(view, rows.schema())).toList();
    Optional<Column> times = times(rows, asOf, asked);
    List<Query> queries = new ArrayList<>();
    int[][] places = new int[rows.rows()][asked.size()];
    for (int row = 0; row < rows.rows(); row++) {
      for (int view = 0; view < asked.size(); view++) {
        Optional<Query> query =
            asked.get(view).isAsked()
                ? query(rows, row, asked.get(view).view(), times)
                : Optional.empty();
        places[row][view] = query.isPresent() ? queries.size() : -1;
        query.ifPresent(queries::add);
      }
    }
    List<Answer> answers = queries.isEmpty() ? List.of() : store.lookUp(queries);
    return settled(rows, asked, queries, answers, places);
  }

  /** The as-of times; empty where none are named, or none are there and none are needed. */
  private static Optional<Column> times(
      ColumnBatch rows, Optional<String> asOf, List<AskedView> asked) {
    boolean isNeeded = asked.stream().anyMatch(of -> of.isAsked() && !of.view().isStatic());
    Optional<Column> times =
        asOf.filter(name -> isNeeded || rows.schema().find(name).isPresent()).map(rows::column);
    if (times.isPresent() && times.get().type() != DataType.TIMESTAMP) {
      throw new IllegalArgumentException(
          "the as-of column '"
              + asOf.get()
              + "' is a "
              + times.get().type().word()
              + " and must be a timestamp");
    }
    return times;
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
    List<AskedView> asked = List.of(AskedView.of(views.get(0), nothing.schema()));
    return settled(nothing, asked, queries, store.lookUp(queries), places);
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

  private static JoinedBatch settled(
      ColumnBatch rows,
      List<AskedView> asked,
      List<Query> queries,
      List<Answer> answers,
      int[][] places) {
    List<Feature> sought = asked.stream().flatMap(of -> of.sought().stream()).toList();
    List<Field> fields =
        sought.stream().map(feature -> new Field(feature.name(), feature.type())).toList();
    ColumnBatch.Builder features = ColumnBatch.builder(Schema.of(fields));
    List<List<String>> flags = new ArrayList<>();
    List<Optional<Tie>> ties = new ArrayList<>();
    List<List<ViewAnswer>> views = new ArrayList<>();
    for (int[] ofRow : places) {
      SettledRow settled = new SettledRow();
      for (int view = 0; view < ofRow.length; view++) {
        int place = ofRow[view];
        if (!asked.get(view).isAsked()) {
          settled.notAsked(asked.get(view));
        } else if (place < 0) {
          settled.matchesNothing(asked.get(view));
        } else {
          settled.answer(asked.get(view), queries.get(place), answers.get(place));
        }
      }
      features.row(settled.fill(sought));
      flags.add(settled.flags());
      ties.add(settled.tie());
      views.add(settled.views());
    }
    return new JoinedBatch(beside(rows, features.build()), flags, ties, views);
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
}
