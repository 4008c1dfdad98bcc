package dev.nightjar.certificate;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.config.Durations;
import dev.nightjar.process.ChildJvm;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The reference in a process of its own, seen from the driver. Thread-safe. */
final class ReferenceProcess implements AutoCloseable {
  private static final long MEBIBYTE = 1 << 20;
  private static final long LEAST_HEAP = 384;

  /** The files, the network and the copies that are made on the way to it, with much to spare. */
  private static final long HEAP_OF_FILES = 8;

  private static final List<String> PASSED_ON =
      List.of("org.bytedeco.javacpp.cachedir", "org.bytedeco.javacpp.cachedir.nosubdir");

  /** How often it is looked whether an answer is there. */
  private static final Duration GLANCE = Duration.ofMillis(5);

  private final Bundle bundle;
  private final ChildJvm child;
  private int questions;

  private ReferenceProcess(Bundle bundle, ChildJvm child) {
    this.bundle = bundle;
    this.child = child;
  }

  /** What came of asking. */
  sealed interface Answer {
    /** The rows as the reference has them. */
    record Traced(GoldenRows rows) implements Answer {}

    /** The reference said nothing. */
    record Silent(String why) implements Answer {}
  }

  /**
   * Starts it; loading goes on meanwhile.
   *
   * @throws IOException when it cannot be started
   */
  static ReferenceProcess start(Bundle bundle) throws IOException {
    return start(bundle, ReferenceMain.class);
  }

  /**
   * @param main what runs in it
   */
  static ReferenceProcess start(Bundle bundle, Class<?> main) throws IOException {
    // More threads inside the process would take the cores that score meanwhile.
    ChildJvm.Command command =
        new ChildJvm.Command(
            "reference", main, options(bundle.files()), Map.of("OMP_NUM_THREADS", "1"));
    return new ReferenceProcess(
        bundle, ChildJvm.start(command, folder -> write(bundle.files(), folder)));
  }

  private static void write(BundleFiles files, Path folder) throws IOException {
    for (String name : files.names()) {
      Path file = folder.resolve(ReferenceMain.BUNDLE).resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, files.get(name));
    }
  }

  private static List<String> options(BundleFiles files) {
    long heap = LEAST_HEAP + HEAP_OF_FILES * files.bytes() / MEBIBYTE;
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xmx" + heap + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                // Nobody reads its log, and what writes one takes a fifth of its time.
                "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
                "-Dorg.bytedeco.javacpp.maxbytes=" + heap + "m",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=" + 4 * heap + "m",
                "-Djava.awt.headless=true"));
    for (String name : PASSED_ON) {
      Optional.ofNullable(System.getProperty(name))
          .ifPresent(value -> options.add("-D" + name + "=" + value));
    }
    return options;
  }

  /** Where it reads and writes; gone when it has been closed. */
  Path folder() {
    return child.folder();
  }

  /** Whether it can still be asked. */
  boolean isAlive() {
    return child.process().isAlive();
  }

  /**
   * Hands it rows that it is to score; it begins at once, or as soon as it has loaded and answered
   * what it was asked before.
   *
   * @return the question, to wait for its answer
   */
  synchronized String ask(GoldenRows rows) throws IOException {
    questions++;
    String question = Integer.toString(questions);
    Files.write(ReferenceMain.rows(child.folder(), question), rows.toBytes());
    try {
      OutputStream in = child.process().getOutputStream();
      in.write((question + "\n").getBytes(StandardCharsets.US_ASCII));
      in.flush();
    } catch (IOException e) {
      // It has ended already, and its answer says why.
      return question;
    }
    return question;
  }

  /** What it says to a question, when it says it in time. */
  Answer await(String question, Duration deadline) throws IOException {
    Path traces = ReferenceMain.traces(child.folder(), question);
    long end = System.nanoTime() + deadline.toNanos();
    try {
      while (!Files.exists(traces) && !child.await(GLANCE)) {
        if (System.nanoTime() - end > 0) {
          return new Answer.Silent(
              "it did not answer within " + Durations.text(deadline) + " (audit.deadline)");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Silent("waiting for it was interrupted");
    }
    return Files.exists(traces) ? answer(question, traces) : ended();
  }

  private Answer answer(String question, Path traces) throws IOException {
    try {
      return new Answer.Traced(ReferenceMain.read(traces, bundle));
    } catch (BundleException e) {
      return new Answer.Silent(ChildJvm.readable(String.valueOf(e.getMessage())));
    } finally {
      Files.deleteIfExists(traces);
      Files.deleteIfExists(ReferenceMain.rows(child.folder(), question));
    }
  }

  private Answer ended() throws IOException {
    Path refusal = child.folder().resolve(ReferenceMain.REFUSAL);
    if (Files.exists(refusal)) {
      return new Answer.Silent(
          ChildJvm.readable(Files.readString(refusal, StandardCharsets.UTF_8)));
    }
    return new Answer.Silent(
        (child.hasCrashed() ? "its process crashed in native code" : "its process ended")
            + " with the exit code "
            + child.process().exitValue()
            + "; its last words: "
            + child.lastWords());
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}
