package dev.nightjar.engine;

import dev.nightjar.contract.Contract;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a bundle is made of.
 *
 * @param name of the model; letters, digits, dots, dashes
 * @param version of the model
 * @param created when training ended; part of the bundle's identity
 * @param model a network as DL4J saves it (zip), or as ONNX where {@code foreign} is present
 * @param imported the file that the network was imported from, Keras' .h5; kept beside it
 * @param transform a {@code TransformProcess} as JSON; may be empty for a foreign model that takes
 *     the contract's inputs as they are
 * @param normalizer an ND4J normalizer as its serializer writes it; empty for none
 * @param contract what comes in and what comes out
 * @param views the rules by which the training set was joined
 * @param statistics the figures that its defaults were filled with
 * @param sample rows of the training set before the transform, in the contract's columns
 * @param provenance where it all came from, for people
 * @param engine what is to run the network
 * @param foreign present where the model is ONNX from elsewhere: what comes with it
 */
@SuppressWarnings("ArrayRecordComponent") // files as they came; never compared
public record PackageRequest(
    String name,
    String version,
    Instant created,
    byte[] model,
    Optional<byte[]> imported,
    Optional<byte[]> transform,
    Optional<byte[]> normalizer,
    Contract contract,
    List<FeatureView> views,
    FeatureStatistics statistics,
    ColumnBatch sample,
    Map<String, String> provenance,
    EngineChoice engine,
    Optional<GivenOutputs> foreign) {

  /** What a bundle of a network that DL4J itself has saved is made of, on the fastest engine. */
  public PackageRequest(
      String name,
      String version,
      Instant created,
      byte[] model,
      byte[] transform,
      Optional<byte[]> normalizer,
      Contract contract,
      List<FeatureView> views,
      FeatureStatistics statistics,
      ColumnBatch sample,
      Map<String, String> provenance) {
    this(
        name,
        version,
        created,
        model,
        Optional.empty(),
        Optional.of(transform),
        normalizer,
        contract,
        views,
        statistics,
        sample,
        provenance,
        EngineChoice.AUTO,
        Optional.empty());
  }

  /** The same with another contract. */
  public PackageRequest with(Contract other) {
    return new PackageRequest(
        name,
        version,
        created,
        model,
        imported,
        transform,
        normalizer,
        other,
        views,
        statistics,
        sample,
        provenance,
        engine,
        foreign);
  }
}
