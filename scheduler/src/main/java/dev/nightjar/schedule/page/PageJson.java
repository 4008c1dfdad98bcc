package dev.nightjar.schedule.page;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;

/** The page's values as JSON: the names of their parts in kebab-case, times in UTC. */
final class PageJson {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addSerializer(LocalDate.class, ToStringSerializer.instance)
                  .addSerializer(Mark.class, new Word()))
          .build();

  private PageJson() {}

  private static final class Word extends JsonSerializer<Mark> {
    @Override
    public void serialize(Mark mark, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(mark.word());
    }
  }

  static String of(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the page's values can be written", e);
    }
  }

  /** One sentence under a name. */
  static String of(String name, String sentence) {
    return of(Map.of(name, sentence));
  }
}
