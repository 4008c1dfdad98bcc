package dev.nightjar.cli;

import dev.nightjar.ledger.Cause;
import dev.nightjar.process.ChildJvm;
import dev.nightjar.schedule.node.Launcher;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Starts runs as {@code nightjar run} in processes of their own, each with a log of its own. A run
 * reads from a pipe that this process holds, and ends when the pipe does. Thread-safe.
 */
final class ChildRuns implements Launcher {
  private static final String MESSAGE = "nightjar: ";

  /** A step's line begins like a message, where nobody looks on. */
  private static final Pattern PROGRESS = Pattern.compile(".* took [0-9.]+ s");

  private static final int LONGEST_TAIL = 16 << 10;
  private static final long SECONDS_TO_END = 20;

  private final List<String> command;
  private final Path project;

  /**
   * Starts them by a command.
   *
   * @param command what {@code nightjar} is here
   * @param project the project's folder, absolute
   */
  ChildRuns(List<String> command, Path project) {
    this.command = List.copyOf(command);
    this.project = project;
  }

  @Override
  public Child start(Order order) throws IOException {
    Path log = log(project, order.job(), order.interval().id(), order.fence());
    Files.createDirectories(log.getParent());
    List<String> line = new ArrayList<>();
    // A group of its own: Ctrl-C at the scheduler's terminal is the scheduler's to answer.
    setsid().ifPresent(line::add);
    line.addAll(command);
    line.addAll(List.of("run", order.job(), "--interval", order.interval().id()));
    line.addAll(List.of("--project", project.toString(), "--while-stdin"));
    if (order.cause() == Cause.SCHEDULE || order.cause() == Cause.CATCH_UP) {
      // A scheduler that was given up may have published meanwhile.
      line.add("--unless-published");
    }
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new ChildRun(process, log);
  }

  /** Where the output of a run is that was started under a lease. */
  static Path log(Path project, String job, String interval, long fence) {
    return project.resolve("log").resolve(job).resolve(interval + "." + fence + ".log");
  }

  private static Optional<String> setsid() {
    return Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1))
        .map(folder -> new File(folder, "setsid"))
        .filter(File::canExecute)
        .map(File::getPath)
        .findFirst();
  }

  /** A run and its log; holds the pipe for as long as it is held itself. */
  private record ChildRun(Process process, Path log) implements Child {
    @Override
    public CompletableFuture<Integer> exit() {
      return process.onExit().thenApply(Process::exitValue);
    }

    @Override
    public void stop() {
      // By its handle: the process itself would close the pipe, too, and the run would just halt.
      process.toHandle().destroy();
      CompletableFuture.delayedExecutor(SECONDS_TO_END, TimeUnit.SECONDS).execute(this::kill);
    }

    @Override
    public void kill() {
      // The run first: it must not take the end of what it started for an end of its own.
      List<ProcessHandle> others = process.descendants().toList();
      process.destroyForcibly();
      others.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public String lastWords() {
      return ChildJvm.readable(tail()) + " (" + log + ")";
    }

    /** What it complained of, which comes last; of one that did not complain, its last line. */
    private String tail() {
      try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
        byte[] bytes = new byte[(int) Math.min(LONGEST_TAIL, file.length())];
        file.seek(file.length() - bytes.length);
        file.readFully(bytes);
        Deque<String> complaint = new ArrayDeque<>();
        List<String> lines =
            new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        for (int i = lines.size() - 1; i >= 0 && isComplaint(lines.get(i)); i--) {
          complaint.addFirst(lines.get(i).substring(MESSAGE.length()));
        }
        return complaint.isEmpty()
            ? lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1)
            : String.join(" / ", complaint);
      } catch (IOException e) {
        return "its log cannot be read: " + e.getMessage();
      }
    }

    private static boolean isComplaint(String line) {
      return line.startsWith(MESSAGE) && !PROGRESS.matcher(line).matches();
    }
  }
}
