package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.engine.Device;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuResourcesTest {
  private static final String EXECUTOR = "spark.executor.resource.gpu.amount";
  private static final String TASK = "spark.task.resource.gpu.amount";

  private static Optional<String> missing(Map<String, String> settings) {
    return GpuResources.missing(key -> Optional.ofNullable(settings.get(key)));
  }

  @Test
  void both_settings_are_needed_and_the_one_that_lacks_is_named() {
    assertThat(missing(Map.of()))
        .contains(
            "Spark's setting spark.executor.resource.gpu.amount is not set, so tasks get no GPU;"
                + " set spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount (with"
                + " 'nightjar submit' by --conf), and what else your cluster needs to find its"
                + " GPUs");
    assertThat(missing(Map.of(EXECUTOR, "1")).orElseThrow())
        .startsWith("Spark's setting spark.task.resource.gpu.amount is not set, so");
    assertThat(missing(Map.of(EXECUTOR, "1", TASK, "1"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, true", "0.0, true", "much, true", "0.25, false", "2, false"})
  void an_amount_is_more_than_nothing(String amount, boolean lacks) {
    assertThat(missing(Map.of(EXECUTOR, "1", TASK, amount)).isPresent()).isEqualTo(lacks);
  }

  @Test
  void a_task_takes_the_first_of_its_gpus() {
    assertThat(GpuResources.first(gpus("3", "0"))).isEqualTo(new Device.Gpu(3));
  }

  @Test
  void a_task_without_a_gpu_does_not_go_on_elsewhere() {
    assertThatThrownBy(() -> GpuResources.first(Map.of()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("Spark has given this task none; set spark.task.resource.gpu.amount");
    assertThatThrownBy(() -> GpuResources.first(gpus())).isInstanceOf(BundleException.class);
  }

  @Test
  void a_gpu_without_a_number_is_told_by_its_name() {
    assertThatThrownBy(() -> GpuResources.first(gpus("GPU-7f")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("Spark calls this task's GPU 'GPU-7f', and its number is needed");
    assertThatThrownBy(() -> GpuResources.first(gpus("-1"))).isInstanceOf(BundleException.class);
  }

  @Test
  void where_driver_and_executor_are_one_process_it_is_the_first_that_cuda_sees() {
    assertThat(GpuResources.ofTask(Device.Kind.GPU)).isEqualTo(new Device.Gpu(0));
    assertThat(GpuResources.ofTask(Device.Kind.CPU)).isEqualTo(Device.cpu());
  }

  private static Map<String, ResourceInformation> gpus(String... addresses) {
    return Map.of("gpu", new ResourceInformation("gpu", addresses));
  }
}
