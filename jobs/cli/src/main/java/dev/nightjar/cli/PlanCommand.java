package dev.nightjar.cli;

import dev.nightjar.config.Section;
import dev.nightjar.feature.spark.JoinChoice;
import dev.nightjar.job.Job;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.MemoryPlan;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.RunListener;
import dev.nightjar.run.RunPlan;
import dev.nightjar.run.Sessions;
import dev.nightjar.schedule.Interval;
import dev.nightjar.submit.ContainerMemory;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar plan}. */
@Command(
    name = "plan",
    description =
        "Tells what a run would do: what it reads, how rows are joined, transformed and scored, and"
            + " the memory that this takes. Reads no row at length and writes nothing.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @Option(
      names = "--interval",
      required = true,
      paramLabel = "INTERVAL",
      description = "The logical time to score, such as 2013-11-05.")
  private String intervalText;

  @Option(
      names = "--executor-memory",
      paramLabel = "SIZE",
      description = "Plan for executors of this size, as 'submit' starts them (default: here).")
  private @Nullable String executorMemory;

  @Option(
      names = "--executor-cores",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "With --executor-memory: tasks that one executor runs at once (default:"
              + " ${DEFAULT-VALUE}).")
  private int cores;

  @Option(names = "--physical", description = "Show Spark's plan of what comes before the scorer.")
  private boolean physical;

  @Override
  public Integer call() {
    if (cores < 1) {
      throw new ParameterException(
          spec.commandLine(), "--executor-cores " + cores + ": give 1 or more");
    }
    Job job = argument.job();
    Interval interval = argument.interval(job, intervalText);
    Optional<ContainerMemory> container;
    try {
      container = Optional.ofNullable(executorMemory).map(ContainerMemory::of);
    } catch (IllegalArgumentException e) {
      throw argument.usage(e);
    }
    RunPlan plan;
    try (RunProgress progress = new RunProgress(spec, 1);
        OpenSession session = progress.starting(() -> Sessions.open("plan " + job.name()))) {
      RunListener listener = progress.following(session.spark());
      plan = new JobRunner(session.spark(), Clock.systemUTC(), listener).plan(job, interval);
    }
    MemoryPlan memory =
        container.map(size -> plan.memory().in(size.room(cores))).orElse(plan.memory());
    Optional<ContainerMemory> least = ContainerMemory.leastFor(memory, cores);
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      out.println(PlanJson.of(plan, memory, container, least));
    } else {
      print(plan, memory, container, out);
      printLeast(least, out);
      if (physical) {
        out.println();
        out.print(plan.physical());
      }
    }
    out.flush();
    memory
        .misfit()
        .ifPresent(
            misfit -> {
              spec.commandLine().getErr().println("nightjar: " + job.name() + ": " + misfit);
              spec.commandLine().getErr().flush();
            });
    return memory.misfit().isPresent() ? ExitCode.REFUSED.code() : ExitCode.PUBLISHED.code();
  }

  private static void print(
      RunPlan plan, MemoryPlan memory, Optional<ContainerMemory> container, PrintWriter out) {
    out.println(
        Console.styled("@|bold " + plan.job().name() + " · " + plan.interval().id() + "|@"));
    line(out, "bundle", plan.bundle());
    line(out, "transform", plan.transform());
    line(
        out,
        "engine",
        plan.placement().engine() + (plan.network().isEmpty() ? "" : ": " + plan.network()));
    line(out, "device", Section.word(plan.placement().device()));
    read(out, plan.input());
    for (RunPlan.View view : plan.views()) {
      read(out, view.read());
      line(out, "", way(view.join()));
    }
    line(out, "rows", passage(plan.passage()) + ", " + Console.number(memory.rows()) + " at once");
    line(out, "writes", String.join(", ", plan.written()));
    plan.notices().forEach(notice -> line(out, "notice", notice));
    printMemory(memory, container, out);
  }

  private static String way(JoinChoice join) {
    String words =
        switch (join.way()) {
          case BROADCAST -> "sent to every executor and looked up there: ";
          case MERGE -> "shuffled with the input by key and merged by time: ";
        };
    return words + join.reason();
  }

  private static String passage(String word) {
    return switch (word) {
      case "columns" -> "as vectors of the scan";
      case "internal-rows" -> "as Spark's internal rows";
      default -> "as rows of Spark's public interface";
    };
  }

  private static void read(PrintWriter out, RunPlan.Read read) {
    String files =
        read.files() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "%s %s, %s; ",
                Console.number(read.files()),
                read.files() == 1 ? "file" : "files",
                MemoryPlan.words(read.bytes()));
    line(out, read.name(), files + read.rule());
    line(out, "", "columns " + String.join(", ", read.columns()));
  }

  private static void printMemory(
      MemoryPlan memory, Optional<ContainerMemory> container, PrintWriter out) {
    out.println();
    TextTable table = new TextTable("memory", "of a row", "of a task", "shared", "in all", "there");
    table.add(
        "on the heap",
        MemoryPlan.words(memory.need().heapOfRow()),
        MemoryPlan.words((long) memory.rows() * memory.need().heapOfRow()),
        MemoryPlan.words(
            memory.heap()
                - (long) memory.room().cores() * memory.rows() * memory.need().heapOfRow()),
        MemoryPlan.words(memory.heap()),
        MemoryPlan.words(memory.room().heap()));
    table.add(
        "beside it",
        memory.need().nativeOfRow() == 0
            ? "not known"
            : MemoryPlan.words(memory.need().nativeOfRow()),
        MemoryPlan.words(memory.need().nativeOfReplica() + memory.nativeOfRows()),
        MemoryPlan.words(memory.need().nativeShared()),
        MemoryPlan.words(memory.beside()),
        MemoryPlan.words(memory.room().beside()));
    table.print(out);
    List<String> where =
        container
            .map(
                size ->
                    List.of(
                        "--executor-memory " + size.container() + "m",
                        "spark.executor.memory " + size.heap() + "m",
                        "spark.executor.memoryOverhead " + size.overhead() + "m",
                        "org.bytedeco.javacpp.maxbytes " + size.nativeMax() + "m",
                        "org.bytedeco.javacpp.maxphysicalbytes " + size.physicalMax() + "m"))
            .orElse(List.of(memory.room().name()));
    line(
        out,
        "where",
        String.join(", ", where) + ", " + memory.room().cores() + tasks(memory.room().cores()));
  }

  private void printLeast(Optional<ContainerMemory> least, PrintWriter out) {
    line(
        out,
        "executors",
        least
                .map(
                    size -> "need --executor-memory " + size.container() + "m or more for " + cores)
                .orElse("of no size have room for " + cores)
            + tasks(cores));
  }

  private static String tasks(int cores) {
    return (cores == 1 ? " task" : " tasks") + " at once";
  }

  private static void line(PrintWriter out, String name, String text) {
    out.println(String.format(Locale.ROOT, "  %-10s %s", name, text));
  }
}
