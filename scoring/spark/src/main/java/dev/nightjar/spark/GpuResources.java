package dev.nightjar.spark;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.engine.Device;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * GPUs as Spark hands them out: executors are started with some, and each task is told which of its
 * executor's are its own. Where driver and executor are one process Spark hands out none, and tasks
 * take the first one that CUDA sees.
 */
public final class GpuResources {
  private static final String RESOURCE = "gpu";

  /** How many each executor has. */
  public static final String OF_EXECUTOR = "spark.executor.resource.gpu.amount";

  /** How many each task has; a fraction lets several tasks share one. */
  public static final String OF_TASK = "spark.task.resource.gpu.amount";

  private static final String DRIVER = "driver";

  private GpuResources() {}

  /**
   * Why these settings give tasks no GPU: a sentence with the remedy. Empty when they give one.
   *
   * @param settings of Spark, by key
   */
  public static Optional<String> missing(Function<String, Optional<String>> settings) {
    for (String key : new String[] {OF_EXECUTOR, OF_TASK}) {
      Optional<String> value = settings.apply(key);
      if (value.filter(GpuResources::isSome).isEmpty()) {
        return Optional.of(
            String.format(
                "Spark's setting %s %s, so tasks get no GPU; set %s and %s (with 'nightjar submit'"
                    + " by --conf), and what else your cluster needs to find its GPUs",
                key,
                value.map(text -> "is '" + text + "'").orElse("is not set"),
                OF_EXECUTOR,
                OF_TASK));
      }
    }
    return Optional.empty();
  }

  private static boolean isSome(String amount) {
    try {
      return Double.parseDouble(amount.strip()) > 0;
    } catch (NumberFormatException e) {
      return false; // Spark tells it in its own words, when it reads it
    }
  }

  /**
   * The device of the running task.
   *
   * @throws BundleException when Spark has given it none, or one that has no number
   */
  static Device ofTask(Device.Kind kind) {
    if (kind == Device.Kind.CPU) {
      return Device.cpu();
    }
    TaskContext task = TaskContext.get();
    return task == null || isDriver() ? new Device.Gpu(0) : first(task.resourcesJMap());
  }

  private static boolean isDriver() {
    SparkEnv environment = SparkEnv.get();
    return environment == null || environment.executorId().equals(DRIVER);
  }

  /** The first GPU among a task's resources. */
  static Device first(Map<String, ResourceInformation> resources) {
    ResourceInformation gpus = resources.get(RESOURCE);
    if (gpus == null || gpus.addresses().length == 0) {
      throw new BundleException(
          "this run is on GPUs, and Spark has given this task none; set "
              + OF_TASK
              + " for the whole application, without stages of other resource profiles");
    }
    String address = gpus.addresses()[0];
    try {
      return new Device.Gpu(Integer.parseInt(address.strip()));
    } catch (IllegalArgumentException e) {
      throw new BundleException(
          "Spark calls this task's GPU '"
              + address
              + "', and its number is needed, as Spark's own getGpusResources.sh finds it; see"
              + " spark.executor.resource.gpu.discoveryScript",
          e);
    }
  }
}
