package dev.nightjar.run;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.job.Job;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.TableSink;
import dev.nightjar.sink.iceberg.IcebergSink;
import dev.nightjar.sink.jdbc.JdbcSink;
import dev.nightjar.sink.jdbc.JdbcTarget;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The table that a job publishes to, beside its manifests. The table comes first: what a manifest
 * says is published is in the table. Where a run has died between the two, the table is ahead, and
 * whoever comes next publishes the manifest that the dead run had prepared. Not thread-safe.
 */
public final class JobTable implements AutoCloseable {
  private final TableSink sink;
  private final ResultStore store;

  private JobTable(TableSink sink, ResultStore store) {
    this.sink = sink;
    this.store = store;
  }

  /** The table of a job, which is not asked yet; empty when its readers go by files alone. */
  public static Optional<JobTable> of(Configuration hadoop, Job job, ResultStore store) {
    return job.output().table().map(table -> new JobTable(sink(hadoop, job, table, store), store));
  }

  private static TableSink sink(
      Configuration hadoop, Job job, Job.Target table, ResultStore store) {
    if (table instanceof Job.IcebergTarget iceberg) {
      return new IcebergSink(
          hadoop, job.name(), job.project().toString(), iceberg.table(), store.root());
    }
    Job.DatabaseTarget database = (Job.DatabaseTarget) table;
    return new JdbcSink(
        new JdbcTarget(
            database.url(),
            database.user(),
            database.password(),
            database.table(),
            database.write() == Job.DatabaseTarget.Write.MERGE
                ? JdbcTarget.Write.MERGE
                : JdbcTarget.Write.INTERVAL,
            job.input().key()),
        job.name(),
        store.root().toString());
  }

  /** The table as people name it. */
  public String name() {
    return sink.name();
  }

  /** Refuses rows that the table cannot take. */
  void check(StructType rows) {
    sink.check(rows);
  }

  /**
   * Publishes the manifest of a result that the table shows already, if its run died before it
   * could.
   *
   * @return the manifest, if it was published by this call
   * @throws SinkException when the table cannot be asked
   * @throws dev.nightjar.result.ResultException when the manifest cannot be written
   */
  public Optional<Manifest> catchUp(String interval) {
    long published = store.currentToken(interval).orElse(0L);
    Optional<Manifest> ahead =
        sink.token(interval)
            .filter(shown -> shown > published)
            .flatMap(shown -> store.prepared(interval, shown));
    ahead.ifPresent(store::publish);
    return ahead;
  }

  /**
   * Brings an attempt into the table. When this returns, the table shows it or a newer one.
   *
   * @return the token that the table shows
   * @throws SinkException when the table was not changed, and that is sure
   * @throws UnknownOutcomeException when that cannot be found out
   */
  long commit(SparkSession spark, Manifest manifest) {
    store.prepare(manifest);
    Failpoint.SINK_BEFORE_COMMIT.hit();
    try {
      return sink.publish(manifest, Results.of(spark, store, manifest).scored());
    } catch (SinkException e) {
      throw e;
    } catch (RuntimeException e) {
      long shown = shown(manifest, e);
      if (shown < manifest.token()) {
        throw e;
      }
      return shown;
    }
  }

  private long shown(Manifest manifest, RuntimeException failed) {
    try {
      return sink.token(manifest.interval()).orElse(0L);
    } catch (RuntimeException e) {
      failed.addSuppressed(e);
      throw new UnknownOutcomeException(manifest, failed);
    }
  }

  @Override
  public void close() {
    sink.close();
  }
}
