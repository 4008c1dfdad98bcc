package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.NetworkOutput;
import dev.nightjar.engine.Reference;
import dev.nightjar.transform.RowSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** DataVec's transform, ND4J's normalizer and DL4J's network, as training ran them. */
public final class Dl4jReference implements Reference {
  static final String NAME = TRAINING;

  private static final int MOST_NAMED = 64;

  static {
    Nd4jBackend.prepare();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Dl4jPipeline load(Bundle bundle) {
    BundleFiles files = bundle.files();
    RowTransform transform =
        RowTransform.read(files.place(BundleFiles.TRANSFORM), files.get(BundleFiles.TRANSFORM));
    ModelZip zip = ModelZip.read(files.place(BundleFiles.MODEL), files.get(BundleFiles.MODEL));
    Normalizer normalizer = normalizer(files, zip);
    Network network = Networks.read(files.place(BundleFiles.MODEL), zip);
    try {
      Layout layout = bundle.manifest().contract().layout();
      if (network.inputs().size() == 1 && !(layout.input() instanceof InputLayout.Several)) {
        NetworkInput only = network.inputs().get(0).takes();
        checkWidths(files.origin(), transform, normalizer, only, layout.input());
      }
      RowNetwork rows =
          RowNetwork.of(
              files.place(BundleFiles.MODEL), network, layout, transform.outputs().size());
      checkWidth(files.origin(), normalizer, rows);
      checkContract(bundle, transform, rows.outputs());
      return new Dl4jPipeline(transform, normalizer, rows);
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  @Override
  public RowSteps steps(Bundle bundle) {
    BundleFiles files = bundle.files();
    return RowTransform.read(files.place(BundleFiles.TRANSFORM), files.get(BundleFiles.TRANSFORM))
        .steps();
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
    return Normalizer.read(files.place(BundleFiles.NORMALIZER), files.get(BundleFiles.NORMALIZER));
  }

  private static void checkWidths(
      String origin,
      RowTransform transform,
      Normalizer normalizer,
      NetworkInput network,
      InputLayout layout) {
    int columns = transform.outputs().size();
    OptionalInt fitted = normalizer.width();
    boolean ofRows = network.kind() == NetworkInput.Kind.ROWS && layout.columns() == 0;
    long taken = ofRows ? network.size() : layout.columns();
    boolean fits = taken == 0 || taken == columns;
    boolean fitsNormalizer =
        fitted.isEmpty()
            || fitted.getAsInt() == columns
            || fitted.getAsInt() == InputShape.of(layout, network, columns).channels();
    if (!fits || !fitsNormalizer) {
      throw new BundleException(
          String.format(
              "the parts of the bundle %s do not fit: its transform gives %d columns %s, its"
                  + " normalizer takes %s and its network %s; use the ones of one training",
              origin,
              columns,
              abbreviated(transform.outputs()),
              fitted.isPresent() ? fitted.getAsInt() : "any number",
              taken == 0 ? "any number" : ofRows ? taken : taken + " (" + layout.words() + ")"));
    }
  }

  /** So that a message about pixels stays one that is read. */
  private static List<String> abbreviated(List<String> columns) {
    if (columns.size() <= MOST_NAMED) {
      return columns;
    }
    List<String> few = new ArrayList<>(columns.subList(0, MOST_NAMED));
    few.add("…");
    return few;
  }

  /** With several inputs there is one normalizer, over the columns of all. */
  private static void checkWidth(String origin, Normalizer normalizer, RowNetwork network) {
    OptionalInt fitted = normalizer.width();
    if (network.inputs().parts().size() > 1
        && fitted.isPresent()
        && fitted.getAsInt() != network.columns()) {
      throw new BundleException(
          String.format(
              "the parts of the bundle %s do not fit: its network takes %d columns in %d inputs,"
                  + " and its normalizer %d; a network of several inputs has one normalizer, fitted"
                  + " on the transform's columns side by side",
              origin, network.columns(), network.inputs().parts().size(), fitted.getAsInt()));
    }
  }

  private static void checkContract(
      Bundle bundle, RowTransform transform, List<NetworkOutput> outputs) {
    BundleFiles files = bundle.files();
    List<String> problems =
        ContractFit.problems(bundle.manifest().contract(), transform.initialSchema(), outputs);
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
              files.origin(),
              abbreviated(bundle.manifest().transformed()),
              abbreviated(transform.outputs())));
    }
  }
}
