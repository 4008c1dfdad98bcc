package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.engine.EngineChoice;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes what is compiled of a bundle anew from its source; its golden rows stay the judge. */
final class Recompilation {
  private static final List<String> COMPILED = List.of(BundleFiles.PIPELINE, BundleFiles.ONNX);

  private Recompilation() {}

  /**
   * The bundle as this compiler makes it; empty when that changes nothing.
   *
   * @param compiler this one
   * @param distrusted also when this compiler says that it has made it
   */
  static Optional<BundleFiles> of(Bundle bundle, int compiler, boolean distrusted) {
    boolean current = bundle.manifest().compiler() >= compiler;
    boolean foreign = bundle.manifest().foreign().isPresent();
    String source = foreign ? BundleFiles.FOREIGN : BundleFiles.MODEL;
    if (current && !distrusted) {
      return Optional.empty();
    }
    if (bundle.files().find(source).isEmpty()) {
      if (distrusted) {
        throw new BundleException(
            String.format(
                "%s has no %s, from which it must be compiled anew where a signature is demanded;"
                    + " package it again",
                bundle.files().origin(), source));
      }
      return Optional.empty();
    }
    EngineChoice choice = RunForm.choice(bundle.manifest());
    List<RunForm> forms = foreign ? List.of(foreign(bundle)) : forms(bundle, choice);
    BundleFiles made =
        RunForm.firstProven(
            bundle.files().origin(),
            choice,
            forms,
            kept(bundle.files()),
            (form, digests) -> manifest(bundle, compiler, form, digests));
    return current && isSame(bundle.files(), made) ? Optional.empty() : Optional.of(made);
  }

  private static List<RunForm> forms(Bundle bundle, EngineChoice choice) {
    try (Dl4jPipeline pipeline = new Dl4jReference().load(bundle)) {
      return RunForm.of(bundle.files().origin(), bundle.manifest().contract(), choice, pipeline);
    }
  }

  /** Its network stays as it came; what is compiled is what comes before it. */
  private static RunForm foreign(Bundle bundle) {
    BundleFiles files = bundle.files();
    RowTransform transform =
        RowTransform.read(files.place(BundleFiles.TRANSFORM), files.get(BundleFiles.TRANSFORM));
    try (ForeignPipeline pipeline = ForeignPipeline.load(bundle, transform)) {
      return pipeline.form(files.origin(), bundle.manifest().contract());
    }
  }

  /** What training made, and what was signed. */
  private static Map<String, byte[]> kept(BundleFiles files) {
    Map<String, byte[]> kept = new TreeMap<>();
    files.names().forEach(name -> kept.put(name, files.get(name)));
    COMPILED.forEach(kept::remove);
    kept.remove(BundleFiles.MANIFEST);
    return kept;
  }

  private static BundleManifest manifest(
      Bundle bundle, int compiler, RunForm form, Map<String, String> digests) {
    Map<String, String> provenance = new LinkedHashMap<>(bundle.manifest().provenance());
    provenance.putAll(Platform.facts());
    provenance.putAll(form.words());
    provenance.put(BundleManifest.RECOMPILED_FROM, bundle.digest());
    return bundle.manifest().compiled(form.engine(), compiler, provenance, digests);
  }

  private static boolean isSame(BundleFiles one, BundleFiles other) {
    return COMPILED.stream()
        .allMatch(
            name -> Arrays.equals(one.find(name).orElse(null), other.find(name).orElse(null)));
  }
}
