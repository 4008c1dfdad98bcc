package dev.nightjar.registry;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.storage.Seal;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The bytes of the registry's entries: JSON under a {@link Seal}. */
final class SealedJson {
  /** The version of the format that this Nightjar writes, and the newest that it reads. */
  static final int FORMAT = 1;

  private static final Seal SEAL = new Seal("seal");
  private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new InstantWriter())
                  .addDeserializer(Instant.class, new InstantReader()))
          .build();

  private SealedJson() {}

  /** A value as one line of JSON, for programs. */
  static String line(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the records of this package can be written", e);
    }
  }

  static byte[] write(Object entry) {
    ObjectNode json = JSON.createObjectNode().put("format", FORMAT);
    json.setAll((ObjectNode) JSON.valueToTree(entry));
    String object;
    try {
      object =
          JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(LINES).withArrayIndenter(LINES))
              .writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", e);
    }
    return SEAL.close(object);
  }

  /**
   * The entry in these bytes; empty when their end is missing: whoever wrote them died, or is still
   * writing.
   *
   * @param origin the file, for messages
   * @throws RegistryException when they have their end and are something else than was written, or
   *     of a newer format
   */
  static <T> Optional<T> read(String origin, byte[] bytes, Class<T> type) {
    Seal.State state = SEAL.check(bytes);
    if (state == Seal.State.CUT) {
      return Optional.empty();
    }
    if (state == Seal.State.CHANGED) {
      throw RegistryException.failed(
          "the file "
              + origin
              + " is damaged: its bytes are not those whose digest it ends in; bring it back from a"
              + " copy, or move it away");
    }
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(bytes);
      int format = json.path("format").asInt(0);
      if (format != FORMAT) {
        throw RegistryException.failed(
            "the file "
                + origin
                + " has format "
                + format
                + "; this Nightjar reads "
                + FORMAT
                + ". Use the Nightjar that wrote it, or a newer one");
      }
      json.remove("seal");
      return Optional.of(JSON.treeToValue(json, type));
    } catch (IOException | ClassCastException e) {
      throw new RegistryException(
          RegistryException.Kind.FAILED,
          "the file " + origin + " is whole but no entry of a registry: " + e.getMessage(),
          e);
    }
  }

  private static final class InstantWriter extends JsonSerializer<Instant> {
    @Override
    public void serialize(Instant at, JsonGenerator out, SerializerProvider providers)
        throws IOException {
      out.writeString(at.toString());
    }
  }

  private static final class InstantReader extends JsonDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String text = in.getValueAsString("");
      try {
        return Instant.parse(text);
      } catch (DateTimeException e) {
        throw new IOException("'" + text + "' is not an instant", e);
      }
    }
  }
}
