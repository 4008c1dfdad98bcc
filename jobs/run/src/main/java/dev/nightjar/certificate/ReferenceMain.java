package dev.nightjar.certificate;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.Reference;
import dev.nightjar.engine.ReferencePipeline;
import dev.nightjar.pipeline.RowTraces;
import dev.nightjar.process.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The process of the reference: {@code ReferenceMain FOLDER PARENT} loads the bundle in that folder
 * and waits for lines, or the end, of its input. At a line with a number n it scores the rows of
 * {@code rows-n.json}, and {@code traces-n.json} appears with what they were after every stage.
 * When it cannot, it writes the reason to {@code refusal.txt} and ends.
 */
public final class ReferenceMain {
  static final String BUNDLE = "bundle";
  static final String REFUSAL = "refusal.txt";

  /** What messages of this process call the bundle. */
  private static final String ORIGIN = "of the run";

  private ReferenceMain() {}

  /** The rows of a question. */
  static Path rows(Path folder, String question) {
    return folder.resolve("rows-" + question + ".json");
  }

  /** The answer to it, whole as soon as it is there. */
  static Path traces(Path folder, String question) {
    return folder.resolve("traces-" + question + ".json");
  }

  /** Scores, and ends the process; native threads may still be about. */
  public static void main(String[] arguments) throws IOException {
    ChildJvm.endWith(Long.parseLong(arguments[1]));
    Runtime.getRuntime().halt(run(Path.of(arguments[0])) ? 0 : 1);
  }

  private static boolean run(Path folder) throws IOException {
    String refusal;
    try {
      score(folder);
      return true;
    } catch (BundleException e) {
      refusal = e.getMessage();
    } catch (OutOfMemoryError e) {
      refusal = "it needs more memory than its process has: " + e.getMessage();
    } catch (RuntimeException | LinkageError e) { // whatever the libraries bring about
      refusal = "it failed: " + e;
    }
    Files.writeString(folder.resolve(REFUSAL), String.valueOf(refusal), StandardCharsets.UTF_8);
    return false;
  }

  private static void score(Path folder) throws IOException {
    Bundle bundle = Bundle.check(BundleFiles.read(ORIGIN, folder.resolve(BUNDLE)));
    try (ReferencePipeline reference = Engines.reference(Reference.TRAINING).load(bundle)) {
      warmUp(reference, bundle);
      BufferedReader questions =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      for (String one = questions.readLine(); one != null; one = questions.readLine()) {
        GoldenRows rows = read(rows(folder, one), bundle);
        GoldenRows traces = RowTraces.by(reference, bundle, rows.columns());
        Path written = Files.write(folder.resolve("traces.part"), traces.toBytes());
        Files.move(written, traces(folder, one), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  /** So that most classes and native libraries are loaded before anybody waits. */
  private static void warmUp(ReferencePipeline reference, Bundle bundle) {
    GoldenRows golden =
        GoldenRows.parse(
            ORIGIN, bundle.files().get(BundleFiles.GOLDEN), bundle.manifest().contract());
    RowTraces.by(reference, bundle, golden.columns());
  }

  static GoldenRows read(Path file, Bundle bundle) throws IOException {
    return GoldenRows.parse(
        file.toString(), Files.readAllBytes(file), bundle.manifest().contract());
  }
}
