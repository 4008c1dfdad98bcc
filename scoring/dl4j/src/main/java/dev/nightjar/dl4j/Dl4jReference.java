package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.engine.Reference;
import dev.nightjar.engine.ReferencePipeline;
import java.util.List;
import java.util.OptionalInt;

/** DataVec's transform, ND4J's normalizer and DL4J's network, as training ran them. */
public final class Dl4jReference implements Reference {
  static final String NAME = "dl4j";

  static {
    Nd4jBackend.prepare();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ReferencePipeline load(Bundle bundle) {
    BundleFiles files = bundle.files();
    RowTransform transform =
        RowTransform.read(place(files, BundleFiles.TRANSFORM), files.get(BundleFiles.TRANSFORM));
    ModelZip zip = ModelZip.read(place(files, BundleFiles.MODEL), files.get(BundleFiles.MODEL));
    Normalizer normalizer = normalizer(files, zip);
    Network network = Networks.read(place(files, BundleFiles.MODEL), zip);
    try {
      checkWidths(files.origin(), transform, normalizer, network);
      checkContract(bundle, transform, network);
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
    return new Dl4jPipeline(transform, normalizer, network);
  }

  private static Normalizer normalizer(BundleFiles files, ModelZip zip) {
    if (files.find(BundleFiles.NORMALIZER).isEmpty()) {
      if (zip.normalizer().isPresent()) {
        throw new BundleException(
            String.format(
                "the bundle %s has a normalizer inside %s and no %s, so it would score rows that"
                    + " are not normalized; package the model again",
                files.origin(), BundleFiles.MODEL, BundleFiles.NORMALIZER));
      }
      return Normalizer.none();
    }
    return Normalizer.read(place(files, BundleFiles.NORMALIZER), files.get(BundleFiles.NORMALIZER));
  }

  private static void checkWidths(
      String origin, RowTransform transform, Normalizer normalizer, Network network) {
    int columns = transform.outputs().size();
    OptionalInt fitted = normalizer.width();
    if (columns != network.inputs() || fitted.orElse(columns) != columns) {
      throw new BundleException(
          String.format(
              "the parts of the bundle %s do not fit: its transform gives %d columns %s, its"
                  + " normalizer takes %s and its network %d; use the ones of one training",
              origin,
              columns,
              transform.outputs(),
              fitted.isPresent() ? fitted.getAsInt() : "any number",
              network.inputs()));
    }
  }

  private static void checkContract(Bundle bundle, RowTransform transform, Network network) {
    BundleFiles files = bundle.files();
    int units = Networks.outputs(place(files, BundleFiles.MODEL), network);
    List<String> problems =
        ContractFit.problems(bundle.manifest().contract(), transform.initialSchema(), units);
    if (!problems.isEmpty()) {
      throw new BundleException(
          "the contract of the bundle "
              + files.origin()
              + " does not fit its model:\n  "
              + String.join("\n  ", problems));
    }
    if (!bundle.manifest().transformed().equals(transform.outputs())) {
      throw new BundleException(
          String.format(
              "the bundle %s says that its transform gives %s, and it gives %s; package it again",
              files.origin(), bundle.manifest().transformed(), transform.outputs()));
    }
  }

  private static String place(BundleFiles files, String name) {
    return files.origin() + "/" + name;
  }
}
