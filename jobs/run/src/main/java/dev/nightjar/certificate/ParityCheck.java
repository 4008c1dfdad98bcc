package dev.nightjar.certificate;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.contract.Outcome;
import dev.nightjar.pipeline.OnlineScorer;
import dev.nightjar.result.ParityCertificate;
import dev.nightjar.spark.Sampling;
import dev.nightjar.spark.Scoring;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Compares a sample of a run's written rows with what they are on request and by the reference. In
 * this order: {@link #begin} before scoring, {@link #sampling} for scoring, {@link #read} as soon
 * as the files are there, {@link #conclude} when nothing else is left to do. Not thread-safe.
 */
public final class ParityCheck {
  /** Of a row's numbers at all stages, so many in all are compared at most. */
  private static final int MOST_NUMBERS = 1_000_000;

  private final Scoring scoring;
  private final Bundle bundle;
  private final Settings settings;
  private final int wanted;
  private final References references;
  private @Nullable ReferenceProcess reference;
  private @Nullable String question;
  private Optional<String> withoutReference = Optional.empty();
  private List<WrittenRow> rows = List.of();
  private long nanos;

  /**
   * What is asked for.
   *
   * @param sample how many rows; 0 for no certificate
   * @param deadline how long the run waits for the reference when all else is done
   * @param key the columns that name a row
   */
  public record Settings(int sample, Duration deadline, List<String> key) {}

  /**
   * What came of it.
   *
   * @param certificate the figures
   * @param refusal why the result must not be published; empty when all is equal
   */
  public record Verdict(ParityCertificate certificate, Optional<String> refusal) {}

  private ParityCheck(Scoring scoring, Settings settings, References references) {
    this.references = references;
    this.scoring = scoring;
    this.bundle = scoring.bundle();
    this.settings = settings;
    this.wanted = Math.min(settings.sample(), Math.max(1, MOST_NUMBERS / numbersOf(bundle)));
  }

  /** How many numbers a row has on its way, but for those that the network gives. */
  private static int numbersOf(Bundle bundle) {
    return bundle.manifest().contract().inputs().size()
        + 2 * bundle.manifest().transformed().size();
  }

  /**
   * Starts the reference in a process beside this one, which loads while rows are scored.
   *
   * @param references where the process is, if it has been started, and stays until they are closed
   */
  public static ParityCheck begin(Scoring scoring, Settings settings, References references) {
    ParityCheck check = new ParityCheck(scoring, settings, references);
    if (check.wanted > 0) {
      check.startReference();
    }
    return check;
  }

  private void startReference() {
    if (bundle.manifest().foreign().isPresent()) {
      withoutReference = Optional.of(ParityCertificate.FOREIGN);
      return;
    }
    try {
      reference = references.of(bundle);
    } catch (IOException e) {
      withoutReference = Optional.of("its process cannot be started: " + e.getMessage());
    }
  }

  /**
   * Which rows are to be chosen; empty for none.
   *
   * @param all how many rows there are
   */
  public Optional<Sampling> sampling(long all, String run) {
    return wanted == 0
        ? Optional.empty()
        : Optional.of(Sampling.of(wanted, all, settings.key().size(), run));
  }

  /**
   * Reads the chosen rows back and hands them to the reference, which scores them meanwhile.
   *
   * @throws DamagedSampleException when one does not carry what was sealed
   */
  public void read(Dataset<Row> written) {
    if (wanted == 0) {
      return;
    }
    long begin = System.nanoTime();
    SampleFile file = new SampleFile(bundle.manifest().contract(), settings.key());
    rows = RowSelection.of(file.read(written), wanted);
    if (reference != null && !rows.isEmpty()) {
      try {
        question =
            reference.ask(
                new GoldenRows(
                    rows.get(0).inputs(), rows.stream().map(WrittenRow::written).toList()));
      } catch (IOException e) {
        silence("the rows cannot be handed to its process: " + e.getMessage());
      }
    }
    nanos += System.nanoTime() - begin;
  }

  private void silence(String why) {
    withoutReference = Optional.of(why);
    if (reference != null) {
      references.discard(reference);
      reference = null;
    }
  }

  /** Compares; empty when no certificate was asked for. */
  public Optional<Verdict> conclude() {
    if (wanted == 0) {
      return Optional.empty();
    }
    long begin = System.nanoTime();
    List<Judgement> judgements = new ArrayList<>();
    judgements.add(Judgement.of(ParityCertificate.ONLINE, bundle.manifest(), rows, online()));
    byReference()
        .ifPresent(
            expected ->
                judgements.add(
                    Judgement.of(ParityCertificate.REFERENCE, bundle.manifest(), rows, expected)));
    nanos += System.nanoTime() - begin;
    ParityCertificate certificate =
        new ParityCertificate(
            new ParityCertificate.Rows(
                count(Outcome.SCORED), count(Outcome.FILTERED), count(Outcome.REJECTED)),
            judgements.stream().map(Judgement::figures).toList(),
            withoutReference.orElse(null),
            Math.round(nanos / 1e6) / 1e3);
    return Optional.of(new Verdict(certificate, Refusal.of(judgements, rows.size())));
  }

  /** Row by row, as each is scored on request. */
  private List<GoldenRow> online() {
    OnlineScorer online = scoring.online();
    return rows.stream()
        .map(row -> online.traceJoined(row.alone().columns()).rows().get(0))
        .toList();
  }

  private Optional<List<GoldenRow>> byReference() {
    if (reference == null) {
      return Optional.empty();
    }
    if (question == null) {
      return Optional.of(List.of()); // there were no rows to ask about
    }
    try {
      ReferenceProcess.Answer answer = reference.await(question, settings.deadline());
      if (answer instanceof ReferenceProcess.Answer.Traced traced
          && traced.rows().rows().size() == rows.size()) {
        return Optional.of(traced.rows().rows());
      }
      silence(
          answer instanceof ReferenceProcess.Answer.Silent silent
              ? silent.why()
              : "it gave another number of rows");
    } catch (IOException e) {
      silence("its answer cannot be read: " + e.getMessage());
    }
    return Optional.empty();
  }

  private long count(Outcome outcome) {
    return rows.stream().filter(row -> row.written().values().outcome() == outcome).count();
  }
}
