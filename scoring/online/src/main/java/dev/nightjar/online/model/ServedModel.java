package dev.nightjar.online.model;

import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.ColumnBuilder;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestException.Kind;
import dev.nightjar.online.request.RequestedRows;
import dev.nightjar.online.request.RequestedRows.Part;
import dev.nightjar.online.request.RowAnswer;
import dev.nightjar.online.request.Traced;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.OnlineBatch;
import dev.nightjar.pipeline.OnlineScorer;
import dev.nightjar.pipeline.TracedBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A version that has proven its golden rows here. It is freed when it has been retired and the last
 * request that began with it has ended. Thread-safe.
 */
public final class ServedModel {
  /** Holds the time of the request where the model has no field for it. */
  static final String REQUEST_TIME = "_nightjar_as_of";

  private static final Duration STORE_BACK_IN = Duration.ofSeconds(1);

  private final ModelCard card;
  private final LoadedBundle bundle;
  private final Optional<FeatureStore> store;
  private final OnlineScorer scorer;
  private final ServiceTime serviceTime = new ServiceTime();
  private int inFlight;
  private boolean isRetired;
  private boolean isFreed;

  /**
   * @param store present where the bundle has views; closed with this
   */
  ServedModel(ModelCard card, LoadedBundle bundle, Optional<FeatureStore> store) {
    this.card = card;
    this.bundle = bundle;
    this.store = store;
    this.scorer =
        store
            .map(features -> new OnlineScorer(bundle, features))
            .orElseGet(() -> new OnlineScorer(bundle));
  }

  public ModelCard card() {
    return card;
  }

  /** How long it takes here, as far as it is known. */
  public ServiceTime serviceTime() {
    return serviceTime;
  }

  /**
   * Keeps the model from being freed until {@link #release}.
   *
   * @return false when it is freed already: another one has taken over
   */
  public synchronized boolean retain() {
    if (isFreed) {
      return false;
    }
    inFlight++;
    return true;
  }

  /** Ends what {@link #retain} began. */
  public void release() {
    boolean isLast;
    synchronized (this) {
      inFlight--;
      isLast = isRetired && inFlight == 0 && !isFreed;
      isFreed |= isLast;
    }
    if (isLast) {
      free();
    }
  }

  /** Frees it as soon as no request needs it. */
  void retire() {
    boolean isIdle;
    synchronized (this) {
      isRetired = true;
      isIdle = inFlight == 0 && !isFreed;
      isFreed |= isIdle;
    }
    if (isIdle) {
      free();
    }
  }

  private void free() {
    bundle.close();
    store.ifPresent(FeatureStore::close);
  }

  /**
   * Joins and scores the rows of a request.
   *
   * @param now the time of the request, or the one that it asks for
   * @throws RequestException when the rows do not go with the contract or the store, or the store
   *     does not answer
   */
  public Answers score(RequestedRows rows, Instant now) {
    @Nullable RowAnswer[] answers = new @Nullable RowAnswer[rows.rows()];
    @Nullable Long[] asOf = new @Nullable Long[rows.rows()];
    for (Part part : rows.parts()) {
      ColumnBatch batch = timed(part.rows(), now);
      OnlineBatch scored = answered(() -> scorer.score(batch, asOf(batch)));
      Optional<Column> times = asOf(batch).map(batch::column);
      for (int row = 0; row < scored.rows(); row++) {
        int place = part.places().get(row);
        answers[place] = answer(scored, row);
        int at = row;
        asOf[place] = times.map(of -> (Long) of.get(at)).orElse(null);
      }
    }
    return new Answers(card, Arrays.asList(asOf), whole(answers));
  }

  /**
   * Scores one row and keeps what every stage made of it.
   *
   * @throws RequestException as {@link #score}
   */
  public Traced explain(RequestedRows row, Instant now) {
    if (row.rows() != 1) {
      throw RequestException.malformed(
          "there are " + row.rows() + " rows, and one is explained at a time; send one object");
    }
    ColumnBatch batch = timed(row.parts().get(0).rows(), now);
    TracedBatch trace = answered(() -> scorer.trace(batch, asOf(batch)));
    List<@Nullable Long> asOf = new ArrayList<>();
    asOf.add(asOf(batch).map(of -> (Long) batch.column(of).get(0)).orElse(null));
    return new Traced(
        new Answers(card, asOf, List.of(answer(trace.answers(), 0))), trace.stages().get(0));
  }

  private boolean hasViews() {
    return store.isPresent();
  }

  /** The column of the as-of time; rows that bring all features may lack it. */
  private Optional<String> asOf(ColumnBatch rows) {
    String field = card.fields().asOf().orElse(REQUEST_TIME);
    return rows.schema().find(field).isPresent() ? Optional.of(field) : Optional.empty();
  }

  /** The rows with the time of the request beside them, where it is needed. */
  private ColumnBatch timed(ColumnBatch rows, Instant now) {
    if (!hasViews() || card.fields().asOf().isPresent()) {
      return rows;
    }
    List<Field> fields = new ArrayList<>(rows.schema().fields());
    fields.add(new Field(REQUEST_TIME, DataType.TIMESTAMP));
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < rows.schema().size(); i++) {
      columns.add(rows.column(i));
    }
    ColumnBuilder times = new ColumnBuilder(DataType.TIMESTAMP);
    for (int row = 0; row < rows.rows(); row++) {
      times.add(Timestamps.micros(now));
    }
    columns.add(times.build());
    return new ColumnBatch(Schema.of(fields), columns, rows.rows());
  }

  private static <T> T answered(Supplier<T> scoring) {
    try {
      return scoring.get();
    } catch (FeatureStoreException e) {
      throw refusal(e);
    }
  }

  private static RequestException refusal(FeatureStoreException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case REFUSED -> RequestException.malformed(message);
      case DOWN, BUSY -> new RequestException(Kind.STORE_DOWN, message, STORE_BACK_IN);
      case FAILED ->
          new RequestException(
              Kind.FAILED, "the feature store cannot be read; see the server's log", e);
    };
  }

  private RowAnswer answer(OnlineBatch scored, int row) {
    List<@Nullable Object> outputs = new ArrayList<>();
    for (int output = 0; output < scored.outputs().size(); output++) {
      outputs.add(scored.output(row, output));
    }
    return new RowAnswer(
        scored.outcome(row), outputs, scored.rejection(row), scored.flags(row), scored.views(row));
  }

  private static List<RowAnswer> whole(@Nullable RowAnswer[] answers) {
    List<RowAnswer> all = new ArrayList<>();
    for (RowAnswer answer : answers) {
      if (answer == null) {
        throw new IllegalStateException("a row of the request has no answer");
      }
      all.add(answer);
    }
    return all;
  }
}
