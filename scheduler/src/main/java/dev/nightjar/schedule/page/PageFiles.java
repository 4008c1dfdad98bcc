package dev.nightjar.schedule.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The few files of the page in this jar, none of which asks for anything from elsewhere. */
final class PageFiles {
  private static final Map<String, String> TYPES =
      Map.of(
          "page.css", "text/css; charset=utf-8",
          "page.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");

  private PageFiles() {}

  /** An answer for each, by its path. */
  static Map<String, Answer> read() {
    Map<String, Answer> files = new HashMap<>();
    TYPES.forEach(
        (name, type) ->
            files.put(
                "page/" + name,
                new Answer(Answer.OK, type, text(name), Map.of("Cache-Control", "no-cache"))));
    return files;
  }

  private static String text(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this jar lacks " + name + " of the page");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("this jar cannot be read", e);
    }
  }
}
