package dev.nightjar.run;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.fault.Guard;
import dev.nightjar.job.Job;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Makes an attempt visible, in the job's table where it has one and by the manifest, and finds out
 * by reading back whether it is.
 */
final class Publication implements AutoCloseable {
  private final SparkSession spark;
  private final ResultStore store;
  private final Optional<JobTable> table;
  private final Repeat repeat;

  Publication(SparkSession spark, Job job, ResultStore store, Repeat repeat) {
    this.spark = spark;
    this.store = store;
    this.table = JobTable.of(spark.sparkContext().hadoopConfiguration(), job, store);
    this.repeat = repeat;
  }

  /** Finishes what a run has left behind that died between the table and its manifest. */
  void catchUp(String interval) {
    table.ifPresent(one -> one.catchUp(interval));
  }

  /** Refuses rows that the job's table cannot take. */
  void check(Supplier<StructType> rows) {
    table.ifPresent(one -> one.check(rows.get()));
  }

  /**
   * Looks whether there is anything left to do for an attempt that has published nothing.
   *
   * @throws PublishedAlreadyException when the interval is published and is to be left so
   */
  void requireWanted(String interval) {
    if (repeat == Repeat.LEAVE) {
      store
          .currentToken(interval)
          .ifPresent(
              token -> {
                throw new PublishedAlreadyException(token);
              });
    }
  }

  /**
   * Publishes and reads back.
   *
   * @throws dev.nightjar.sink.SinkException when the job's table could not be changed
   * @return how the run ended: published; or superseded, when a newer attempt has claimed the
   *     interval meanwhile, so that nothing was published, or its result stands
   * @throws PublishedAlreadyException when another attempt has published meanwhile and that is to
   *     be left as it is
   * @throws UnknownOutcomeException when the manifest can be read though writing it failed, so that
   *     nobody knows whether it is durable; or when reading back fails
   * @throws RuntimeException as it came, when it was not published, which reading back has
   *     confirmed
   */
  ExitCode publish(Manifest manifest) {
    requireWanted(manifest.interval());
    if (Guard.NEWER_CLAIM.isOn()
        && store.newerAttempt(manifest.interval(), manifest.token()).isPresent()) {
      return ExitCode.SUPERSEDED;
    }
    if (table.isPresent() && table.get().commit(spark, manifest) > manifest.token()) {
      return ExitCode.SUPERSEDED;
    }
    Throwable failed = null;
    try {
      if (table.isPresent()) {
        Failpoint.SINK_AFTER_COMMIT.hit();
      }
      store.publish(manifest);
    } catch (RuntimeException | Error e) {
      failed = e; // the write may have succeeded all the same, whatever has failed since
    }
    if (!Guard.READ_BACK.isOn()) {
      return ExitCode.PUBLISHED;
    }
    Optional<Manifest> current = readBack(manifest, failed);
    long visible = current.map(Manifest::token).orElse(0L);
    if (visible > manifest.token()) {
      return ExitCode.SUPERSEDED;
    }
    boolean ours = current.filter(manifest::equals).isPresent();
    if (ours && failed == null) {
      return ExitCode.PUBLISHED;
    }
    if (ours || failed == null) {
      throw new UnknownOutcomeException(manifest, failed);
    }
    if (table.isPresent()) {
      throw new UnknownOutcomeException(manifest, table.get().name(), failed);
    }
    if (failed instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failed;
  }

  @Override
  public void close() {
    table.ifPresent(JobTable::close);
  }

  private Optional<Manifest> readBack(Manifest manifest, @Nullable Throwable failed) {
    try {
      return store.current(manifest.interval());
    } catch (ResultException e) {
      throw new UnknownOutcomeException(manifest, failed == null ? e : failed);
    }
  }
}
