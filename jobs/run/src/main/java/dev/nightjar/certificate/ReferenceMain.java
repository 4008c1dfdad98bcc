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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process of the reference: {@code ReferenceMain FOLDER PARENT} loads the bundle in that folder
 * and waits for a byte, or the end, of its input. At a byte it scores the rows of {@code rows.json}
 * and writes what they were after every stage to {@code traces.json}; or the reason why not to
 * {@code refusal.txt}.
 */
public final class ReferenceMain {
  static final String BUNDLE = "bundle";
  static final String ROWS = "rows.json";
  static final String TRACES = "traces.json";
  static final String REFUSAL = "refusal.txt";

  /** What messages of this process call the bundle. */
  private static final String ORIGIN = "of the run";

  private ReferenceMain() {}

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
      if (System.in.read() < 0) {
        return; // nobody asks any more
      }
      GoldenRows rows = read(folder.resolve(ROWS), bundle);
      GoldenRows traces = RowTraces.by(reference, bundle, rows.columns());
      Files.write(folder.resolve(TRACES), traces.toBytes());
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
