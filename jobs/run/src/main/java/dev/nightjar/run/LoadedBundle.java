package dev.nightjar.run;

import dev.nightjar.job.Job;
import dev.nightjar.spark.Scoring;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * The bundle that the runs of one Spark have in common: loaded and proven by the first that needs
 * it, while the others wait. Thread-safe.
 */
final class LoadedBundle {
  private Optional<Scoring> scoring = Optional.empty();

  /**
   * The bundle of a job as it is named now; the one that is loaded when it is the same. Throws what
   * {@link NamedBundle#of} throws.
   */
  synchronized NamedBundle of(SparkSession spark, Job job) {
    NamedBundle bundle = NamedBundle.of(spark, job, scoring);
    scoring = Optional.of(bundle.scoring());
    return bundle;
  }
}
