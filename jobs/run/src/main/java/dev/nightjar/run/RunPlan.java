package dev.nightjar.run;

import dev.nightjar.engine.Placement;
import dev.nightjar.feature.spark.JoinChoice;
import dev.nightjar.job.Job;
import dev.nightjar.schedule.Interval;
import java.util.List;

/**
 * What a run would do, found out without reading a row at length.
 *
 * @param bundle for people: name, version, digest, and how the job names it
 * @param placement what runs the network, and on what
 * @param transform how the transform runs, with the steps that are not compiled
 * @param network how the network came to its engine, for people
 * @param input what is read of it
 * @param views in the order of the join
 * @param passage how rows come to the scorer: {@code columns}, {@code internal-rows}, {@code rows}
 * @param written the columns of the result
 * @param memory of one executor
 * @param notices what should be known about the tables although they can be read
 * @param physical Spark's plan of everything before the scorer
 */
public record RunPlan(
    Job job,
    Interval interval,
    String bundle,
    Placement placement,
    String transform,
    String network,
    Read input,
    List<View> views,
    String passage,
    List<String> written,
    MemoryPlan memory,
    List<String> notices,
    String physical) {

  /**
   * A table that is read.
   *
   * @param name {@code input}, or the view's
   * @param columns that are read of it
   * @param files how many; 0 where it is no files
   * @param bytes of all files
   * @param rule how its rows are chosen, for people
   */
  public record Read(String name, List<String> columns, long files, long bytes, String rule) {}

  /** What is read of a view, and how it is joined. */
  public record View(Read read, JoinChoice join) {}
}
