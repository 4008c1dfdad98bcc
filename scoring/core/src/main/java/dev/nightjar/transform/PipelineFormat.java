package dev.nightjar.transform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.bundle.BundleException;
import java.io.IOException;

/**
 * A pipeline as JSON. Reading binds nothing but the records of this package, by names of their own:
 * no class can be named in it.
 */
public final class PipelineFormat {
  /** What says all of a network with one input, and what older Nightjars read. */
  private static final int PLAIN = 2;

  /** Networks have several inputs since. */
  private static final int FORMAT = 3;

  private static final String INPUTS = "inputs";
  private static final int DEEPEST = 64;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private PipelineFormat() {}

  /** The file's top: its version before anything else. */
  private record File(int format, Pipeline pipeline) {}

  /** The bytes of a pipeline. */
  public static byte[] write(Pipeline pipeline) {
    try {
      return JSON.writeValueAsBytes(
          new File(pipeline.inputs().isEmpty() ? PLAIN : FORMAT, pipeline));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a pipeline can always be written", e);
    }
  }

  /**
   * The pipeline that these bytes hold.
   *
   * @param origin what messages call the file
   * @throws BundleException when they hold none, or one that cannot run
   */
  public static Pipeline read(String origin, byte[] bytes) {
    try {
      JsonNode file = JSON.readTree(bytes);
      int format = file.path("format").asInt();
      if (format < PLAIN || format > FORMAT) {
        throw new BundleException(
            origin
                + " has the format "
                + file.path("format")
                + " and this Nightjar reads "
                + PLAIN
                + " and "
                + FORMAT
                + "; package the model again, or use the Nightjar that wrote it");
      }
      JsonNode pipeline = file.path("pipeline");
      if (!(pipeline instanceof ObjectNode fields) || (format == PLAIN && pipeline.has(INPUTS))) {
        throw new BundleException(origin + " holds no pipeline; package the model again");
      }
      if (format == PLAIN) {
        fields.putArray(INPUTS);
      }
      return JSON.treeToValue(pipeline, Pipeline.class);
    } catch (IOException | IllegalArgumentException e) {
      throw new BundleException(
          origin
              + " cannot be read as a compiled pipeline: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + "; package the model again",
          e);
    }
  }
}
