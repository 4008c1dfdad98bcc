package dev.nightjar.result;

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
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.KeyDigest;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * How the files of this package are written as JSON: keys with hyphens, instants in ISO 8601, and
 * fields that this version does not know ignored on reading.
 */
final class Json {
  /** For files that must be whole: a field that is missing is an error. */
  static final ObjectMapper STRICT =
      mapper()
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** For files that say what is known: the record's constructor fills in what is missing. */
  static final ObjectMapper TOLERANT = mapper().build();

  private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

  private Json() {}

  /** Lines that people can read, with the same line ends on every system. */
  static String text(ObjectMapper mapper, Object value) {
    try {
      return mapper
          .writer(new DefaultPrettyPrinter().withObjectIndenter(LINES).withArrayIndenter(LINES))
          .writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the records of this package can be written", e);
    }
  }

  private static JsonMapper.Builder mapper() {
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .addModule(
            new SimpleModule()
                .addSerializer(Instant.class, writer((out, at) -> out.writeString(at.toString())))
                .addDeserializer(
                    Instant.class, reader((in, at) -> instant(in.getValueAsString(""))))
                .addSerializer(Outcome.class, writer((out, one) -> out.writeString(one.word())))
                .addDeserializer(
                    Outcome.class, reader((in, at) -> outcome(in.getValueAsString(""))))
                .addSerializer(KeyDigest.class, writer((out, keys) -> out.writePOJO(Sum.of(keys))))
                .addDeserializer(
                    KeyDigest.class, reader((in, at) -> at.readValue(in, Sum.class).digest()))
                .addSerializer(StructType.class, writer((out, s) -> out.writeRawValue(s.json())))
                .addDeserializer(StructType.class, reader(Json::schema)));
  }

  private static Instant instant(String text) throws IOException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IOException("'" + text + "' is not an instant", e);
    }
  }

  private static Outcome outcome(String word) throws IOException {
    return Arrays.stream(Outcome.values())
        .filter(outcome -> outcome.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IOException("'" + word + "' is not an outcome"));
  }

  private static StructType schema(JsonParser in, DeserializationContext at) throws IOException {
    String json = at.readTree(in).toString();
    try {
      if (DataType.fromJson(json) instanceof StructType schema) {
        return schema;
      }
    } catch (RuntimeException e) {
      // Spark throws what its own JSON library throws.
      throw new IOException("the schema cannot be read: " + e.getMessage(), e);
    }
    throw new IOException("the schema is not that of rows: " + json);
  }

  /** A key digest in JSON. */
  record Sum(long count, String hex) {
    static Sum of(KeyDigest keys) {
      return new Sum(keys.count(), keys.hex());
    }

    KeyDigest digest() {
      return KeyDigest.of(count, hex);
    }
  }

  @FunctionalInterface
  private interface Writing<T> {
    void write(JsonGenerator out, T value) throws IOException;
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read(JsonParser in, DeserializationContext at) throws IOException;
  }

  private static <T> JsonSerializer<T> writer(Writing<T> writing) {
    return new JsonSerializer<>() {
      @Override
      public void serialize(T value, JsonGenerator out, SerializerProvider providers)
          throws IOException {
        writing.write(out, value);
      }
    };
  }

  private static <T> JsonDeserializer<T> reader(Reading<T> reading) {
    return new JsonDeserializer<>() {
      @Override
      public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
        return reading.read(in, context);
      }
    };
  }
}
