package dev.nightjar.run;

import dev.nightjar.feature.spark.PointInTimeAudit;
import java.util.List;

/**
 * What an audit of a job's join against time has found.
 *
 * @param rows of the interval
 * @param sampled how many of them were looked at; rejected ones and those without an as-of time not
 * @param views those with event times, in the job's order
 * @param timeless the job's static views, which know no time and so cannot be audited
 */
public record PointInTimeReport(
    long rows, long sampled, List<PointInTimeAudit.OfView> views, List<String> timeless) {

  /**
   * Whether no row was answered by what it could not have known, nor by another row than it must.
   */
  public boolean isSound() {
    return views.stream().allMatch(view -> view.newer().isEmpty() && view.other().isEmpty());
  }
}
