package dev.nightjar.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A named place in a run where tests stop it. Passing one costs a read of a system property, so
 * none stands inside a loop over rows.
 *
 * <p>In a process of its own a failpoint is set by {@code
 * -Dnightjar.failpoint=NAME[#N]=ACTION[@FILE]}, which acts every time or the N-th: {@code halt}
 * ends the JVM as {@code kill -9} does, {@code throw} throws, {@code throw-after} lets the next
 * step be done and throws at the next failpoint, {@code pause} waits until the file {@code FILE.go}
 * is there. With a file, the action happens once for all processes: the one that creates the file
 * acts, and writes its process id into it. Within a process, {@link #during} hands every hit to a
 * test.
 */
public enum Failpoint {
  /** A token was claimed; nothing else was done. */
  RUN_CLAIMED("run.claimed"),
  /** Preflight found nothing wrong. */
  PLAN_CHECKED("plan.checked"),
  /** The interval's rows were counted and held against the limits. */
  INPUT_SNAPSHOT("input.snapshot"),
  /** A task has rows to score and has done nothing with them. */
  TASK_START("task.start"),
  /** A task has scored a batch of rows. */
  TASK_BATCH_SCORED("task.batch.scored"),
  /** A task has closed its files and has told nobody. */
  TASK_BEFORE_COMMIT("task.before-commit"),
  /** A task has told the driver of its files, or is about to. */
  TASK_AFTER_COMMIT("task.after-commit"),
  /** All tasks are done; the driver has their answers. */
  JOB_BEFORE_COMMIT("job.before-commit"),
  /** The driver has taken over the files of one task. */
  JOB_MID_COMMIT("job.mid-commit"),
  /** The driver knows all files of the attempt. */
  JOB_AFTER_COMMIT("job.after-commit"),
  /** The files were read back and held against the input. */
  VERIFY_DONE("verify.done"),
  /** The result is audited and is to go into a table, which has not been touched. */
  SINK_BEFORE_COMMIT("sink.before-commit"),
  /** A table shows the result; there is no manifest. */
  SINK_AFTER_COMMIT("sink.after-commit"),
  /** The manifest is made and is nowhere yet. */
  PUBLISH_BEFORE("publish.before"),
  /** A file that only one may create holds the first half of its bytes. */
  CREATE_HALF_WRITTEN("create.half-written"),
  /** The manifest is there and durable, and nobody was told. */
  PUBLISH_AFTER_WRITE("publish.after-write-before-ack"),
  /** The result is published and read back; there is no run record. */
  RECORD_BEFORE("record.before"),
  /** The run record is there. */
  RECORD_AFTER("record.after"),
  /** An attempt's manifest was taken away and its files were not. */
  GC_MID("gc.mid");

  /** The system property that sets one failpoint of a process. */
  public static final String PROPERTY = "nightjar.failpoint";

  /** What a halted JVM exits with: as if killed. */
  public static final int HALTED = 137;

  private static final long LOOK_AGAIN_NANOS = 5_000_000;

  private static volatile @Nullable Consumer<Failpoint> listener;
  private static volatile boolean throwAtNext;

  /** Hits of the one failpoint that this process has set. */
  private static final AtomicInteger HITS = new AtomicInteger();

  private final String word;

  Failpoint(String word) {
    this.word = word;
  }

  /** The name, such as {@code publish.before}. */
  public String word() {
    return word;
  }

  /**
   * Does something while a test hears of every hit in this process, on the thread that hits. What
   * the test throws goes on into the run. One at a time.
   */
  public static <T> T during(Supplier<T> work, Consumer<Failpoint> test) {
    listener = test;
    try {
      return work.get();
    } finally {
      listener = null;
      throwAtNext = false;
    }
  }

  /** Passes the place. */
  public void hit() {
    if (throwAtNext) {
      throwAtNext = false;
      throw new Injected("before " + word);
    }
    Consumer<Failpoint> test = listener;
    if (test != null) {
      test.accept(this);
    }
    String set = System.getProperty(PROPERTY);
    if (set != null) {
      actIfNamed(set);
    }
  }

  private void actIfNamed(String set) {
    int equals = set.indexOf('=');
    if (equals < 0) {
      throw unknown(set);
    }
    String[] place = set.substring(0, equals).split("#", 2);
    if (place[0].equals(word)) {
      int nth = HITS.incrementAndGet();
      if (place.length == 1 || place[1].equals(Integer.toString(nth))) {
        act(set.substring(equals + 1));
      }
    }
  }

  private void act(String action) {
    int at = action.indexOf('@');
    Optional<Path> once =
        at < 0 ? Optional.empty() : Optional.of(Path.of(action.substring(at + 1)));
    if (once.isPresent() && !first(once.get())) {
      return;
    }
    String verb = at < 0 ? action : action.substring(0, at);
    switch (verb) {
      case "halt" -> Runtime.getRuntime().halt(HALTED);
      case "throw" -> throw new Injected("at " + word);
      case "throw-after" -> throwAtNext();
      case "pause" -> pause(once.orElseThrow(() -> unknown(action)));
      default -> throw unknown(action);
    }
  }

  private static boolean first(Path file) {
    try {
      Files.writeString(
          file,
          ProcessHandle.current().pid() + "\n",
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("the failpoint's file cannot be created: " + e, e);
    }
  }

  private static void pause(Path file) {
    Path go = file.resolveSibling(file.getFileName() + ".go");
    while (!Files.exists(go)) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  private static IllegalArgumentException unknown(String action) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "-D%s: '%s' is no action; use halt, throw, throw-after or pause@FILE",
            PROPERTY,
            action));
  }

  /** Lets the next step be done and throws at the failpoint behind it. */
  public static void throwAtNext() {
    throwAtNext = true;
  }

  /** What a failpoint throws. */
  public static final class Injected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says where. */
    public Injected(String where) {
      super("injected failure " + where);
    }
  }
}
