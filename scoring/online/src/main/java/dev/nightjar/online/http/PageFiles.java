package dev.nightjar.online.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page for people: a few files of this jar, none of which asks for anything from elsewhere. */
final class PageFiles {
  private static final String FOLDER = "/dev/nightjar/online/page/";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

  private static final String INDEX = "index.html";

  /** All of them: what a jar holds cannot be listed without its file. */
  static final List<String> NAMES =
      List.of(
          INDEX,
          "page.css",
          "parts.css",
          "page.js",
          "answer.js",
          "api.js",
          "contract.js",
          "dom.js",
          "form.js",
          "words.js",
          "icon.svg");

  private static final Map<String, MediaType> TYPES =
      Map.of(
          "html", MediaType.HTML_UTF_8,
          "css", MediaType.CSS_UTF_8,
          "js", MediaType.parse("text/javascript; charset=utf-8"),
          "svg", MediaType.SVG_UTF_8);

  private PageFiles() {}

  /** A service for each path. */
  static Map<String, HttpService> services() {
    Map<String, HttpService> services = new LinkedHashMap<>();
    for (String name : NAMES) {
      services.put(name.equals(INDEX) ? "/" : "/page/" + name, file(name));
    }
    return services;
  }

  private static HttpService file(String name) {
    MediaType type = TYPES.getOrDefault(name.replaceAll(".*\\.", ""), MediaType.OCTET_STREAM);
    HttpData content = HttpData.wrap(read(name));
    ResponseHeaders headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type)
            .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
            .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
            .build();
    return (context, request) -> HttpResponse.of(headers, content);
  }

  private static byte[] read(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("this jar lacks " + FOLDER + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("this jar cannot be read", e);
    }
  }
}
