package dev.nightjar.online.model;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.config.Suggestion;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Schema;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.Reference;
import dev.nightjar.feature.FeatureStore;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestFields;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.Scorer;
import dev.nightjar.transform.PipelineFormat;
import dev.nightjar.transform.Step;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Loads a bundle so that it can take over: checked, signed where that is asked for, with memory to
 * run in, proven on its golden rows, with its views in the store, and warm. Thread-safe.
 */
final class ModelLoader {
  /** So that the first requests meet compiled code; some milliseconds. */
  private static final int WARM_UP_ROWS = 200;

  private static final String WITHOUT =
      ", which this endpoint was started without; start it with 'nightjar serve --with-dl4j', which"
          + " needs some 300 MB of memory more";

  private final Optional<TrustedKeys> keys;
  private final StoreDoor store;
  private final ModelRoom room;

  ModelLoader(Optional<TrustedKeys> keys, StoreDoor store, ModelRoom room) {
    this.keys = keys;
    this.store = store;
    this.room = room;
  }

  /**
   * Loads and proves.
   *
   * @throws BundleException when the bundle is not sound, not signed, cannot be run here, or does
   *     not go with what it is to be served as
   * @throws dev.nightjar.feature.FeatureStoreException when the store lacks one of its views
   */
  ServedModel load(ModelChoice choice, BundleFiles files) {
    Bundle bundle = Bundle.check(files);
    keys.ifPresent(of -> of.require(bundle));
    requireEngine(bundle);
    ModelCard card = card(choice, bundle);
    room.require(bundle);
    Optional<FeatureStore> features =
        bundle.manifest().views().isEmpty()
            ? Optional.empty()
            : Optional.of(store.lookUp(bundle.manifest()));
    boolean isWhole = false;
    LoadedBundle loaded = null;
    try {
      loaded = LoadedBundle.load(bundle);
      warmUp(loaded, card.golden());
      ServedModel served = new ServedModel(card, loaded, features);
      isWhole = true;
      return served;
    } finally {
      if (!isWhole) {
        features.ifPresent(FeatureStore::close);
        if (loaded != null) {
          loaded.close();
        }
      }
    }
  }

  private static void requireEngine(Bundle bundle) {
    String engine = bundle.manifest().engine();
    if (!Engines.has(engine) && !Engines.hasReference(engine)) {
      throw new BundleException(
          "the bundle " + bundle.label() + " is run by the engine '" + engine + "'" + WITHOUT);
    }
    List<String> steps = byReference(bundle);
    if (!steps.isEmpty() && !Engines.hasReference(Reference.TRAINING)) {
      throw new BundleException(
          "the bundle "
              + bundle.label()
              + " has steps of its transform run by DataVec ("
              + String.join(", ", steps)
              + ")"
              + WITHOUT);
    }
  }

  /** The steps of a transform that are not compiled; none where the whole bundle is not. */
  private static List<String> byReference(Bundle bundle) {
    return bundle
        .files()
        .find(BundleFiles.PIPELINE)
        .map(bytes -> PipelineFormat.read(bundle.files().place(BundleFiles.PIPELINE), bytes))
        .map(pipeline -> pipeline.transform().byReference())
        .orElse(List.of())
        .stream()
        .map(Step.ByReference::name)
        .distinct()
        .toList();
  }

  private static ModelCard card(ModelChoice choice, Bundle bundle) {
    choice.asOf().ifPresent(field -> requireAsOf(field, bundle));
    choice
        .tensors()
        .ifPresent(
            any -> {
              List<String> others =
                  bundle.manifest().contract().inputs().stream()
                      .filter(input -> !input.type().isNumeric())
                      .map(input -> input.name() + " (" + input.typeWord() + ")")
                      .toList();
              if (!others.isEmpty()) {
                throw new BundleException(
                    "the bundle "
                        + bundle.label()
                        + " cannot be offered as one tensor ('tensors'): not all of its inputs are"
                        + " numbers, but not "
                        + String.join(", ", others)
                        + "; leave 'tensors' out, each input is a tensor of its own then");
              }
            });
    GoldenRows golden =
        GoldenRows.parse(
            bundle.files().origin(),
            bundle.files().get(BundleFiles.GOLDEN),
            bundle.manifest().contract());
    return new ModelCard(
        bundle.manifest(),
        bundle.digest(),
        List.of(),
        false,
        RequestFields.of(bundle.manifest(), choice.asOf()),
        choice.tensors(),
        golden);
  }

  /** A field of the contract can hold the time only if it is one. */
  private static void requireAsOf(String field, Bundle bundle) {
    bundle.manifest().contract().inputs().stream()
        .filter(input -> input.name().equals(field))
        .filter(input -> input.type() != dev.nightjar.data.DataType.TIMESTAMP)
        .findFirst()
        .ifPresent(
            input -> {
              TreeSet<String> times = new TreeSet<>();
              bundle.manifest().contract().inputs().stream()
                  .filter(one -> one.type() == dev.nightjar.data.DataType.TIMESTAMP)
                  .forEach(one -> times.add(one.name()));
              throw new BundleException(
                  "the as-of field '"
                      + field
                      + "' of "
                      + bundle.label()
                      + " is a "
                      + input.typeWord()
                      + " and must be a timestamp"
                      + Suggestion.text(field, times));
            });
  }

  /** One row at a time, as most requests have it. */
  private static void warmUp(LoadedBundle loaded, GoldenRows golden) {
    Schema inputs = golden.inputs();
    List<ColumnBatch> rows =
        golden.rows().stream()
            .filter(GoldenRow::isWhole)
            .map(
                row ->
                    ColumnBatch.builder(inputs)
                        .row(inputs.names().stream().map(row.input()::get).toArray())
                        .build())
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    try (Scorer scorer = loaded.scorer()) {
      for (int i = 0; i < WARM_UP_ROWS; i++) {
        scorer.score(rows.get(i % rows.size()));
      }
    }
  }
}
