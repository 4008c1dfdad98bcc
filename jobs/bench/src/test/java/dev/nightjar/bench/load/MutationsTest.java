package dev.nightjar.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MutationsTest {
  private static final List<String> SOUND =
      List.of("{\"x0\":1.5,\"colour\":\"red\"}", "[{\"x0\":-2},{\"x0\":null}]");

  @Test
  void the_same_number_gives_the_same_body_and_others_give_others() {
    Mutations mutations = new Mutations(SOUND, 7);

    assertThat(mutations.body(12)).isEqualTo(new Mutations(SOUND, 7).body(12));
    assertThat(
            LongStream.range(0, 1_000)
                .mapToObj(i -> new String(mutations.body(i), StandardCharsets.ISO_8859_1))
                .distinct()
                .count())
        .isGreaterThan(900);
  }

  @Test
  void most_are_no_json_any_more_some_still_are_and_some_are_large() throws IOException {
    Mutations mutations = new Mutations(SOUND, 1);
    ObjectMapper json = new ObjectMapper();
    int readable = 0;
    int large = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] body = mutations.body(i);
      large += body.length > 5_000 ? 1 : 0;
      try {
        json.readTree(body);
        readable++;
      } catch (JsonProcessingException e) {
        assertThat(e).isNotNull();
      }
    }

    assertThat(readable).isBetween(50, 1_000);
    assertThat(large).isGreaterThan(100);
  }
}
