package dev.nightjar.bench.kernel;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the kernels of J2 in JVMs that JMH forks. */
public final class Kernels {
  private static final double NANOS_PER_MICRO = 1000;

  private Kernels() {}

  /**
   * What the kernels take.
   *
   * @param compiledNanos the compiled transform of a row
   * @param datavecNanos DataVec's transform of a row
   * @param oneRowMicros the median of a row alone through a scorer
   */
  public record Times(double compiledNanos, double datavecNanos, double oneRowMicros) {}

  /**
   * Times the kernels. The environment of this process must be the one that is to be measured: the
   * forks inherit it.
   *
   * @param bundle of J2
   * @param options of the JVM
   * @param seconds of each of five rounds, after three that do not count
   * @param log where JMH's own report goes
   * @throws IllegalStateException when a kernel fails
   */
  public static Times run(Path bundle, List<String> options, long seconds, Path log) {
    // The class path in a file: see Child, which does so for the same reason.
    System.setProperty("jmh.separateClasspathJAR", "true");
    try {
      Collection<RunResult> results =
          new Runner(
                  new OptionsBuilder()
                      .include(TransformKernels.class.getName() + ".*")
                      .include(OneRow.class.getName() + ".*")
                      .param("bundle", bundle.toString())
                      .jvmArgs(options.toArray(String[]::new))
                      .forks(1)
                      .threads(1)
                      .warmupIterations(3)
                      .warmupTime(TimeValue.seconds(seconds))
                      .measurementIterations(5)
                      .measurementTime(TimeValue.seconds(seconds))
                      .shouldFailOnError(true)
                      .output(log.toString())
                      .build())
              .run();
      return new Times(
          find(results, "compiled").getPrimaryResult().getScore(),
          find(results, "datavec").getPrimaryResult().getScore(),
          find(results, "score").getPrimaryResult().getStatistics().getPercentile(50)
              / NANOS_PER_MICRO);
    } catch (RunnerException e) {
      throw new IllegalStateException("a kernel failed; see " + log, e);
    }
  }

  private static RunResult find(Collection<RunResult> results, String method) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().endsWith("." + method))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the kernel " + method + " gave no result"));
  }
}
