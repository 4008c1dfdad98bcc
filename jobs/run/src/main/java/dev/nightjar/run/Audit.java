package dev.nightjar.run;

import dev.nightjar.config.Limit;
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.KeyDigest;
import dev.nightjar.fault.Guard;
import dev.nightjar.job.Job;
import dev.nightjar.result.KeyDigests;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.RunRecord;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the written files hold, read back, held against an independent read of the input's keys.
 * Counts come from here and never from accumulators, which count a retried task twice.
 *
 * @param counts rows by outcome
 * @param rejections why rows were rejected, most frequent first
 * @param flags how many rows carry each flag, most frequent first
 * @param input the keys that an independent read of the input finds
 * @param output the keys in the written files
 */
record Audit(
    Map<Outcome, Long> counts,
    List<RunRecord.Rejections> rejections,
    Map<String, Long> flags,
    KeyDigest input,
    KeyDigest output) {
  private static final int MOST_NAMED = 5;

  /**
   * Reads everything back, and the input's keys meanwhile: of a small interval both reads are
   * mostly Spark's planning, which one core does while the other one waits.
   */
  static Audit of(Plan plan, Dataset<Row> written) {
    List<String> key = plan.job().input().key();
    FutureTask<KeyDigest> input = new FutureTask<>(() -> KeyDigests.of(plan.input().keys(), key));
    Thread reading = new Thread(input, "audit-input-keys");
    reading.setDaemon(true); // when the other read fails, nobody waits for this one
    reading.start();
    WrittenTally tally = WrittenTally.of(written, key);
    return new Audit(
        tally.counts(), tally.rejections(), tally.flags(), result(input), tally.keys());
  }

  private static KeyDigest result(FutureTask<KeyDigest> input) {
    try {
      return input.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the input's keys are read", e);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause()); // what is known in it is looked for by its cause
    }
  }

  long rows(Outcome outcome) {
    return counts.getOrDefault(outcome, 0L);
  }

  /**
   * Refuses a result that does not hold exactly the input's keys.
   *
   * @throws RefusedException naming keys that were lost and keys that are there too often
   */
  void requireConserved(Plan plan, Dataset<Row> written) {
    if (input.equals(output) || !Guard.CONSERVATION.isOn()) {
      return;
    }
    KeyDigests.Difference diff =
        KeyDigests.exactDiff(plan.input().keys(), written, plan.job().input().key(), MOST_NAMED);
    throw new RefusedException(
        String.format(
            Locale.ROOT,
            "rows were lost or doubled: the input's keys and the written ones differ (%s; %s)."
                + " Lost: %s. Too often: %s. Nothing is published. Was the input rewritten during the"
                + " run? Then run again; if not, this is a fault of Nightjar or of the storage",
            input,
            output,
            named(diff.lost()),
            named(diff.unexpected())));
  }

  private static String named(List<String> keys) {
    return keys.isEmpty() ? "none" : String.join(", ", keys);
  }

  /**
   * Refuses a manifest whose files do not hold exactly the audited rows: a listing can leave out a
   * file that the one before it had.
   *
   * @throws RefusedException with both figures
   */
  void requireListed(Manifest manifest) {
    Manifest.Rows audited =
        new Manifest.Rows(rows(Outcome.SCORED), rows(Outcome.FILTERED), rows(Outcome.REJECTED));
    if (!manifest.rows().equals(audited)) {
      throw new RefusedException(
          "the files that were listed to be published hold "
              + manifest.rows()
              + " and the audited ones "
              + audited
              + ". Nothing is published; run again");
    }
  }

  /**
   * Refuses a result with too many rejected rows.
   *
   * @throws RefusedException with the commonest reasons and the limit
   */
  void requireWithinLimits(Job job) {
    refusal(job, rows(Outcome.REJECTED), output.count(), rejections)
        .ifPresent(
            message -> {
              throw new RefusedException(message);
            });
  }

  /** Why so many rejected rows are refused; empty when they are not. */
  static Optional<String> refusal(
      Job job, long rejected, long all, List<RunRecord.Rejections> rejections) {
    Limit limit = job.limits().rejectedRows();
    if (limit.allows(rejected, all)) {
      return Optional.empty();
    }
    List<String> reasons =
        rejections.stream()
            .limit(MOST_NAMED)
            .map(
                r -> r.count() + " at " + r.stage() + ": " + (r.field() + " " + r.example()).trim())
            .toList();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%d of %d rows are rejected and limits.rejected-rows allows %s (%s). Nothing is published;"
                + " mend the input, or raise the limit",
            rejected,
            all,
            limit,
            String.join("; ", reasons)));
  }
}
