package dev.nightjar.spark;

import dev.nightjar.bundle.BundleException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
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
  private final Map<String, String> messages = new LinkedHashMap<>();

  ProofFailures(SparkContext context) {
    this.context = context;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof ExceptionFailure failure
        && failure.className().equals(BundleException.class.getName())
        && add(end.taskInfo().executorId(), failure.description()) == SEVERAL) {
      context.cancelStage(end.stageId(), failure.description());
    }
  }

  private synchronized int add(String executor, String message) {
    messages.putIfAbsent(executor, message);
    return messages.size();
  }

  /**
   * The reason of a failure that several executors have given, once; empty when it must have
   * another one.
   */
  synchronized Optional<BundleException> take(Throwable failure) {
    if (messages.size() < SEVERAL) {
      return Optional.empty();
    }
    List<String> told = new ArrayList<>(messages.values());
    int executors = told.size();
    messages.clear();
    return Optional.of(
        new BundleException(
            told.get(executors - 1) + " (" + executors + " executors have ended for this reason)",
            failure));
  }
}
