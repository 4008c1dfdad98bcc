package dev.nightjar.bench.worker;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The talk between the benchmark and a JVM that it started: a request is a line of words between
 * tabs, an answer the word {@link #DONE} with figures as {@code name=value}, or {@link #FAILED}
 * with a message. Whatever libraries print to the standard output goes to the standard error
 * instead.
 */
public final class RequestLoop {
  public static final String DONE = "done";
  public static final String FAILED = "failed";

  /** Between words. */
  public static final String TAB = "\t";

  /**
   * The figure that is in every answer: seconds of all cores that the JVM used for it, its compiler
   * and collector included. It says more than the clock where the machine has other work too.
   */
  public static final String CPU = "cpu-seconds";

  private static final double NANOS = 1e9;
  private static final OperatingSystemMXBean OS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private RequestLoop() {}

  /** Does what a request says. */
  @FunctionalInterface
  public interface Command {

    /** The figures of the answer. */
    Map<String, Double> run(List<String> words) throws Exception;
  }

  /** Answers requests until there are no more. */
  public static void serve(Command command) throws IOException {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      answers.println(answer(command, List.of(line.split(TAB, -1))));
    }
  }

  private static String answer(Command command, List<String> words) {
    try {
      long before = OS.getProcessCpuTime();
      Map<String, Double> figures = new LinkedHashMap<>(command.run(words));
      figures.put(CPU, (OS.getProcessCpuTime() - before) / NANOS);
      StringBuilder answer = new StringBuilder(DONE);
      figures.forEach((name, value) -> answer.append(TAB).append(name).append('=').append(value));
      return answer.toString();
    } catch (Exception | LinkageError | AssertionError e) {
      e.printStackTrace();
      return FAILED + TAB + firstLine(e);
    }
  }

  private static String firstLine(Throwable failure) {
    return failure.toString().lines().findFirst().orElse("").replace(TAB, " ");
  }
}
