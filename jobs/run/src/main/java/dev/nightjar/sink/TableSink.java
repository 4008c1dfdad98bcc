package dev.nightjar.sink;

import dev.nightjar.result.Manifest;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A table that readers see results in, beside the manifests of the job's state path. An attempt is
 * written and audited as files first; then one transaction of the table takes the interval's rows
 * out and the attempt's in, with the fencing token; then the manifest appears. So what a manifest
 * says is published is in the table, and readers of the table see the complete previous result of
 * an interval or the complete new one.
 *
 * <p>Each row has the columns of {@link Manifest.Schemas#scored()} and {@link #INTERVAL} behind
 * them. Not thread-safe; several processes may publish to one table at once.
 */
public interface TableSink extends AutoCloseable {
  /** The column that says of which interval a row is. */
  String INTERVAL = "_nightjar_interval";

  /** The table as people name it, without secrets. */
  String name();

  /**
   * Holds the table against what is to be written, and changes nothing: that it can be reached and
   * written, and that its columns fit or can be widened to fit. A table that is not there yet fits.
   *
   * @param schema of the rows, without {@link #INTERVAL}
   * @throws SinkException.Misfit with the column, both types and the remedy when it does not fit
   * @throws SinkException when the table cannot be reached
   */
  void check(StructType schema);

  /**
   * The token of the result of an interval that readers of the table see now.
   *
   * @return empty when no result of this job and interval was ever published to the table
   * @throws SinkException when it cannot be found out
   */
  Optional<Long> token(String interval);

  /**
   * Replaces the interval's rows by those of an attempt in one transaction, makes the table or
   * widens its columns where needed, and keeps the token with it. Does nothing when the table holds
   * this token or a higher one for the interval. A commit whose answer was lost is found out by
   * asking {@link #token} again.
   *
   * @param manifest of the attempt; its interval and token are kept, and as many rows as it lists
   *     for readers must arrive
   * @param rows of the attempt with the columns of {@code manifest.schema().scored()}; may be run
   *     more than once
   * @return the token that readers see hereafter: the attempt's own, or a higher one, which stands
   * @throws SinkException when nothing was changed, and that is sure
   * @throws RuntimeException otherwise: whether it was changed is not known
   */
  long publish(Manifest manifest, Dataset<Row> rows);

  /** Gives connections back. */
  @Override
  void close();
}
