package dev.nightjar.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void values_are_written_as_the_format_has_them() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", Arrays.asList(1, -2L, true, null, "x"));
    map.put("b\"", Map.of());
    map.put("c", List.of());

    assertThat(Json.of(map)).isEqualTo("{\"a\":[1,-2,true,null,\"x\"],\"b\\\"\":{},\"c\":[]}");
  }

  @Test
  void any_text_stays_within_its_quotes() {
    assertThat(Json.of("\"\\/\n\r\t\0\u001b\u007f\u0085\u2028ẞ🦉\ud83e\udd89\ud83e"))
        .isEqualTo("\"\\\"\\\\/\\n\\u000d\\u0009\\u0000\\u001b\\u007f\\u0085\\u2028ẞ🦉🦉\ufffd\"");
  }
}
