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
import dev.nightjar.online.score.Lane;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.OnlineBatch;
import dev.nightjar.pipeline.OnlineScorer;
import dev.nightjar.pipeline.TracedBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A version that has proven its golden rows here. It is freed when it has been retired and the last
 * request that began with it has ended. Thread-safe.
 */
public final class ServedModel {
  /** Holds the time of the request where the model has no field for it. */
  static final String REQUEST_TIME = "_nightjar_as_of";

  /** So many requests at the most; more spare nothing, and make the first wait for the last. */
  private static final int COMPANY = 8;

  private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final ModelCard card;
  private final LoadedBundle bundle;
  private final Optional<FeatureStore> store;
  private final OnlineScorer scorer;
  private final ServiceTime serviceTime = new ServiceTime();
  private final Lane<ScoreJob, byte[]> lane = new Lane<>(COMPANY, this::worked);
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
   * Where requests wait for a thread; it takes some along that wait too, and scores their rows
   * together.
   */
  public Lane<ScoreJob, byte[]> lane() {
    return lane;
  }

  /** The requests' own leases end when their clients go, and this work may go on for a while. */
  private List<Supplier<byte[]>> worked(List<ScoreJob> jobs) {
    return whileHeld(() -> done(jobs));
  }

  private <T> T whileHeld(Supplier<T> work) {
    if (!retain()) {
      throw new RequestException(
          Kind.NOT_READY, "another version has taken over; send it again", SOON);
    }
    try {
      return work.get();
    } finally {
      release();
    }
  }

  private List<Supplier<byte[]>> done(List<ScoreJob> jobs) {
    long begin = System.nanoTime();
    List<Supplier<byte[]>> done = new ArrayList<>(Collections.nCopies(jobs.size(), null));
    List<Integer> sound = new ArrayList<>();
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      ScoreJob job = jobs.get(i);
      try {
        asked.add(new Asked(job.rows(), job.time()));
        sound.add(i);
      } catch (RuntimeException e) {
        done.set(i, failed(e));
      }
    }
    List<Supplier<Answers>> answers = together(asked);
    for (int i = 0; i < sound.size(); i++) {
      ScoreJob job = jobs.get(sound.get(i));
      done.set(sound.get(i), encoded(job, answers.get(i)));
    }
    int bytes = jobs.stream().mapToInt(ScoreJob::bodyBytes).sum();
    serviceTime.took(bytes, System.nanoTime() - begin);
    return done;
  }

  private static Supplier<byte[]> encoded(ScoreJob job, Supplier<Answers> answers) {
    try {
      byte[] bytes = job.encoded(answers.get());
      return () -> bytes;
    } catch (RuntimeException e) {
      return failed(e);
    }
  }

  private static <T> Supplier<T> failed(RuntimeException e) {
    return () -> {
      throw e;
    };
  }

  /**
   * What one request must not suffer for another: where they fail together, each is tried alone.
   */
  private List<Supplier<Answers>> together(List<Asked> asked) {
    if (asked.size() > 1) {
      try {
        return score(asked).stream().<Supplier<Answers>>map(one -> () -> one).toList();
      } catch (RequestException e) {
        LOG.debug("requests could not be scored together, and are scored alone", e);
      }
    }
    return asked.stream()
        .<Supplier<Answers>>map(one -> () -> score(one.rows(), one.time()))
        .toList();
  }

  /** Rows, and the time for which their request asks for features. */
  private record Asked(RequestedRows rows, Instant time) {}

  /**
   * Joins and scores the rows of a request.
   *
   * @param now the time of the request, or the one that it asks for
   * @throws RequestException when the rows do not go with the contract or the store, or the store
   *     does not answer
   */
  public Answers score(RequestedRows rows, Instant now) {
    return score(List.of(new Asked(rows, now))).get(0);
  }

  private List<Answers> score(List<Asked> asked) {
    Company company = new Company();
    List<AnswerSheet> sheets = new ArrayList<>();
    for (Asked one : asked) {
      sheets.add(new AnswerSheet(one.rows().rows()));
      for (Part part : one.rows().parts()) {
        company.add(
            new Company.Part(sheets.size() - 1, timed(part.rows(), one.time()), part.places()));
      }
    }
    for (Company.Batch batch : company.batches()) {
      Optional<String> field = asOf(batch.rows());
      OnlineBatch scored = answered(() -> scorer.score(batch.rows(), field));
      Optional<Column> times = field.map(batch.rows()::column);
      int row = 0;
      for (Company.Part part : batch.parts()) {
        for (int place : part.places()) {
          int at = row++;
          sheets
              .get(part.request())
              .put(place, answer(scored, at), times.map(of -> (Long) of.get(at)).orElse(null));
        }
      }
    }
    return sheets.stream().map(sheet -> sheet.answers(card)).toList();
  }

  /**
   * Scores one row and keeps what every stage made of it.
   *
   * @throws RequestException as {@link #score}
   */
  public Traced explain(RequestedRows row, Instant now) {
    return whileHeld(() -> explained(row, now));
  }

  private Traced explained(RequestedRows row, Instant now) {
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
      case DOWN, BUSY -> new RequestException(Kind.STORE_DOWN, message, SOON);
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
}
