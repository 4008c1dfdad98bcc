package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.contract.Contract;
import dev.nightjar.dl4j.compile.Compilation;
import dev.nightjar.dl4j.onnx.Conversion;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.engine.Engines;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.transform.PipelineFormat;
import dev.nightjar.transform.Program;
import dev.nightjar.transform.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * A form in which a bundle can run: what was compiled, and the engine of its network.
 *
 * @param engine the name of the engine
 * @param files what was compiled, by file name
 * @param words how transform and network run, for people: part of the provenance
 */
record RunForm(String engine, Map<String, byte[]> files, Map<String, String> words) {
  private static final String ONNX = EngineChoice.ONNX.name().toLowerCase(Locale.ROOT);

  /** The keys of the provenance. */
  private static final String TRANSFORM = "transform";

  private static final String NETWORK = "network";

  /** What the provenance says where nothing faster was wanted. */
  private static final String AS_ASKED = "run by DL4J, as asked";

  /**
   * The forms that a bundle can have, the fastest first. Which of them holds on the golden rows is
   * still to be proven.
   *
   * @throws BundleException when the engine that was asked for cannot run it
   */
  static List<RunForm> of(
      String label, Contract contract, EngineChoice choice, Dl4jPipeline pipeline) {
    List<RunForm> forms = new ArrayList<>();
    Compilation compilation = pipeline.compile(contract);
    if (compilation instanceof Compilation.ByReference by) {
      String step = by.step().isEmpty() ? "its columns" : by.step();
      String why = "by reference, because of " + step + ": " + by.why();
      if (choice == EngineChoice.ONNX) {
        throw refused(label, "its transform runs " + why);
      }
      return List.of(new RunForm(Dl4jReference.NAME, Map.of(), words(why, "run by DL4J")));
    }
    Program program = ((Compilation.Compiled) compilation).program();
    byte[] compiled = PipelineFormat.write(pipeline.compiled(program));
    String transform = compiled(program);
    String network = choice == EngineChoice.DL4J ? AS_ASKED : "run by DL4J";
    if (choice != EngineChoice.DL4J) {
      String refusal = addConverted(pipeline, compiled, transform, forms);
      if (choice == EngineChoice.ONNX) {
        if (!refusal.isEmpty()) {
          throw refused(label, refusal);
        }
        return forms;
      }
      network = refusal.isEmpty() ? network : byDl4j(refusal);
    }
    forms.add(
        new RunForm(
            Dl4jReference.NAME, Map.of(BundleFiles.PIPELINE, compiled), words(transform, network)));
    forms.add(new RunForm(Dl4jReference.NAME, Map.of(), words("by reference", network)));
    return forms;
  }

  /** Adds the network's form as ONNX; the answer is why there is none, empty when there is. */
  private static String addConverted(
      Dl4jPipeline pipeline, byte[] compiled, String transform, List<RunForm> forms) {
    if (!Engines.has(ONNX)) {
      return "no engine 'onnx' is on the class path (nightjar-scoring-onnx)";
    }
    Conversion conversion = pipeline.toOnnx();
    if (conversion instanceof Conversion.Refused refused) {
      return refused.layer() + ": " + refused.reason();
    }
    forms.add(
        new RunForm(
            ONNX,
            Map.of(
                BundleFiles.PIPELINE,
                compiled,
                BundleFiles.ONNX,
                ((Conversion.Converted) conversion).model()),
            words(transform, "converted to ONNX")));
    return "";
  }

  /** How a program runs, with the steps that are not compiled. */
  static String compiled(Program program) {
    if (program.byReference().isEmpty()) {
      return "compiled";
    }
    return program.byReference().stream()
        .map(Step.ByReference::words)
        .collect(Collectors.joining(", ", "compiled, but by reference: ", ""));
  }

  /** The engine that a bundle was packaged for: DL4J where that was asked for. */
  static EngineChoice choice(BundleManifest manifest) {
    return AS_ASKED.equals(manifest.provenance().get(NETWORK))
        ? EngineChoice.DL4J
        : EngineChoice.AUTO;
  }

  /**
   * The bundle in the first form that holds on its golden rows.
   *
   * @param files all but what is compiled, and the manifest
   * @param manifest for a form and the digests of all files
   * @throws BundleException when none holds, or the engine that was asked for does not
   */
  static BundleFiles firstProven(
      String label,
      EngineChoice choice,
      List<RunForm> forms,
      Map<String, byte[]> files,
      BiFunction<RunForm, Map<String, String>, BundleManifest> manifest) {
    RunForm form = forms.get(0);
    for (int next = 1; ; next++) {
      Map<String, byte[]> all = new TreeMap<>(files);
      all.putAll(form.files());
      Map<String, byte[]> listed = new TreeMap<>(all);
      listed.remove(BundleFiles.SIGNATURE);
      all.put(BundleFiles.MANIFEST, manifest.apply(form, Bundle.digests(listed)).toBytes());
      BundleFiles made = BundleFiles.of(label, all);
      try {
        LoadedBundle.load(Bundle.check(made)).close();
        return made;
      } catch (BundleException e) {
        if (next == forms.size()) {
          throw choice == EngineChoice.ONNX ? refused(label, String.valueOf(e.getMessage())) : e;
        }
        // Slower is right; the provenance tells why.
        form = forms.get(next).after(form, e);
      }
    }
  }

  /** This form, chosen because a faster one was refused. */
  RunForm after(RunForm faster, BundleException refusal) {
    Map<String, String> told = new LinkedHashMap<>(words);
    if (files.isEmpty()) {
      told.put(TRANSFORM, "by reference, because " + refusal.getMessage());
    } else if (!engine.equals(faster.engine())) {
      told.put(NETWORK, byDl4j(String.valueOf(refusal.getMessage())));
    }
    return new RunForm(engine, files, told);
  }

  private static BundleException refused(String label, String why) {
    return new BundleException(
        String.format(
            "the engine 'onnx' was asked for and cannot run %s: %s. Choose the engine 'dl4j', or"
                + " 'auto' for the fastest that can",
            label, why));
  }

  private static String byDl4j(String why) {
    return "run by DL4J, because " + why;
  }

  static Map<String, String> words(String transform, String network) {
    Map<String, String> words = new LinkedHashMap<>();
    words.put(TRANSFORM, transform);
    words.put(NETWORK, network);
    return words;
  }
}
