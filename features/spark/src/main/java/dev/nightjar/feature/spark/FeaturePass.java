package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.JoinWords;
import dev.nightjar.feature.VisibleRows.Outcome;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.ProjectingInternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The last pass of a join, for all views in order: what each answers is looked up, or was put
 * behind the row before, and becomes features, flags, or the row's rejection.
 *
 * @param shape of the rows
 * @param views in order
 * @param filled whether defaults are filled in
 */
record FeaturePass(Shape shape, List<View> views, boolean filled)
    implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {

  /**
   * The rows that come and those that go.
   *
   * @param kept the columns that go along
   * @param keptPlaces where they come from
   * @param flags where the flags come from
   * @param rejection where the rejection comes from
   * @param asOf where the as-of time comes from; negative when all views are static
   * @param earliest the least as-of time that feature rows were read for
   * @param latest the greatest one
   * @param added the features, flags and rejection
   */
  record Shape(
      StructType kept,
      List<Integer> keptPlaces,
      int flags,
      int rejection,
      int asOf,
      long earliest,
      long latest,
      StructType added)
      implements Serializable {}

  /**
   * A view, either with an index, or with its answer behind the row.
   *
   * @param index null for one whose answer is behind the row
   * @param key where the row's key stands
   * @param place where the answer begins; of no account for an index
   * @param defaults of its features, as Spark holds values; null for none
   * @param names of its features
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record View(
      ViewRule rule,
      @Nullable Broadcast<ViewIndex> index,
      int key,
      int place,
      @Nullable Object[] defaults,
      List<String> names)
      implements Serializable {

    ViewAnswers answers() {
      return index == null
          ? new ViewAnswers.Merged(rule, key, place)
          : new ViewAnswers.Indexed(index.value(), key);
    }
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
    Features features = new Features(this);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public InternalRow next() {
        return features.of(rows.next());
      }
    };
  }

  /** The flags that a view can set. */
  private static final class Flags {
    final UTF8String noRow;
    final UTF8String stale;
    final UTF8String[] imputed;

    Flags(View view) {
      noRow = UTF8String.fromString(JoinWords.noRow(view.rule().view()));
      stale = UTF8String.fromString(JoinWords.stale(view.rule().view()));
      imputed = new UTF8String[view.names().size()];
      for (int i = 0; i < imputed.length; i++) {
        imputed[i] = UTF8String.fromString(JoinWords.imputed(view.names().get(i)));
      }
    }
  }

  /** One row that is written again and again. */
  private static final class Features {
    private static final ArrayData NO_FLAGS = new GenericArrayData(new Object[0]);

    private final Shape shape;
    private final List<View> views;
    private final boolean filled;
    private final List<ViewAnswers> answers;
    private final List<Flags> flags;
    private final Outcome[] outcomes;
    private final ProjectingInternalRow kept;
    private final SpecificInternalRow added;
    private final JoinedRow joined;
    private final List<UTF8String> found = new ArrayList<>();

    Features(FeaturePass pass) {
      this.shape = pass.shape;
      this.views = pass.views;
      this.filled = pass.filled;
      this.answers = views.stream().map(View::answers).toList();
      this.flags = views.stream().map(Flags::new).toList();
      this.outcomes = new Outcome[views.size()];
      this.kept = projection(shape);
      this.added = new SpecificInternalRow(shape.added);
      this.joined = new JoinedRow(kept, added);
    }

    private static ProjectingInternalRow projection(Shape shape) {
      List<Object> places = List.copyOf(shape.keptPlaces);
      return ProjectingInternalRow.apply(
          shape.kept, CollectionConverters.asScala(places).toIndexedSeq());
    }

    InternalRow of(InternalRow row) {
      kept.project(row);
      int values = added.numFields() - 2;
      for (int i = 0; i < values; i++) {
        added.setNullAt(i);
      }
      found.clear();
      InternalRow rejection = row.isNullAt(shape.rejection) ? null : rejection(row);
      if (rejection == null) {
        rejection = answer(row);
      }
      if (rejection == null && filled) {
        fill();
      }
      added.update(values, flags(row.isNullAt(shape.flags) ? null : row.getArray(shape.flags)));
      added.update(values + 1, rejection);
      return joined;
    }

    private InternalRow rejection(InternalRow row) {
      return row.getStruct(shape.rejection, RowMarks.REJECTION.size());
    }

    private @Nullable InternalRow answer(InternalRow row) {
      long asOf = asOf(row);
      int place = 0;
      for (int i = 0; i < views.size(); i++) {
        Outcome outcome = answers.get(i).ask(row, asOf);
        outcomes[i] = outcome;
        switch (outcome) {
          case MATCHED -> answers.get(i).values(added, place);
          case STALE -> found.add(flags.get(i).stale);
          case NO_ROW -> found.add(flags.get(i).noRow);
          case TIED -> {
            return new GenericInternalRow(
                new Object[] {
                  UTF8String.fromString("join"),
                  UTF8String.fromString(views.get(i).rule.view()),
                  UTF8String.fromString(answers.get(i).tie())
                });
          }
        }
        place += views.get(i).names.size();
      }
      return null;
    }

    private long asOf(InternalRow row) {
      if (shape.asOf < 0 || row.isNullAt(shape.asOf)) {
        return Long.MIN_VALUE; // before every feature row
      }
      long asOf = row.getLong(shape.asOf);
      if (asOf < shape.earliest || asOf > shape.latest) {
        throw new TableException(
            "an input row's as-of time is "
                + Timestamps.instant(asOf)
                + ", outside the range that the join was told, "
                + Timestamps.instant(shape.earliest)
                + " to "
                + Timestamps.instant(shape.latest)
                + "; give the true range, or none to have it computed");
      }
      return asOf;
    }

    private void fill() {
      int place = 0;
      for (int i = 0; i < views.size(); i++) {
        @Nullable Object[] defaults = views.get(i).defaults;
        for (int j = 0; j < defaults.length; j++) {
          if (defaults[j] != null && added.isNullAt(place + j)) {
            added.update(place + j, defaults[j]);
            if (outcomes[i] == Outcome.MATCHED) {
              found.add(flags.get(i).imputed[j]);
            }
          }
        }
        place += defaults.length;
      }
    }

    private ArrayData flags(@Nullable ArrayData earlier) {
      if (found.isEmpty()) {
        return earlier == null ? NO_FLAGS : earlier;
      }
      ArrayData first = earlier == null ? NO_FLAGS : earlier;
      int before = first.numElements();
      Object[] all = new Object[before + found.size()];
      for (int i = 0; i < before; i++) {
        all[i] = first.getUTF8String(i);
      }
      for (int i = 0; i < found.size(); i++) {
        all[before + i] = found.get(i);
      }
      return new GenericArrayData(all);
    }
  }

  /** The columns of the rows that go. */
  StructType schema() {
    StructType schema = shape.kept;
    for (StructField field : shape.added.fields()) {
      schema = schema.add(field);
    }
    return schema;
  }
}
