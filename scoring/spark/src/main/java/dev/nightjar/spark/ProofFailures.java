package dev.nightjar.spark;

import dev.nightjar.bundle.BundleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * What executors say that could not load or prove a bundle. One is replaced ({@link
 * UnfitExecutor}); on several, something is wrong that no replacement mends, and the stage is
 * ended. Without this, Spark would go on until one of its own limits is reached, and would then
 * tell of that limit. Thread-safe.
 */
final class ProofFailures extends SparkListener {
  /** So many executors are no accident. */
  static final int SEVERAL = 3;

  private final SparkContext context;

  /** By stage and executor. */
  private final Map<Integer, Map<String, String>> messages = new LinkedHashMap<>();

  ProofFailures(SparkContext context) {
    this.context = context;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof ExceptionFailure failure
        && failure.className().equals(BundleException.class.getName())
        && add(end.stageId(), end.taskInfo().executorId(), failure.description()) == SEVERAL) {
      context.cancelStage(end.stageId(), failure.description());
    }
  }

  /** A stage that went well in spite of them: what comes later has nothing to do with it. */
  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted completed) {
    if (completed.stageInfo().failureReason().isEmpty()) {
      messages.remove(completed.stageInfo().stageId());
    }
  }

  private synchronized int add(int stage, String executor, String message) {
    Map<String, String> ofStage = messages.computeIfAbsent(stage, s -> new LinkedHashMap<>());
    ofStage.putIfAbsent(executor, message);
    return ofStage.size();
  }

  /**
   * The reason of a failure that several executors have given, once; empty when it must have
   * another one.
   */
  synchronized Optional<BundleException> take(Throwable failure) {
    Optional<List<String>> told =
        messages.values().stream()
            .filter(ofStage -> ofStage.size() >= SEVERAL)
            .findFirst()
            .map(ofStage -> List.copyOf(ofStage.values()));
    told.ifPresent(all -> messages.clear());
    return told.map(
        all ->
            new BundleException(
                all.get(all.size() - 1)
                    + " ("
                    + all.size()
                    + " executors have ended for this reason)",
                failure));
  }
}
