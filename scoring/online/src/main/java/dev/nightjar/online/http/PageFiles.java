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
import java.util.Map;

/** The page for people: a few files of this jar, none of which asks for anything from elsewhere. */
final class PageFiles {
  private static final String FOLDER = "/dev/nightjar/online/page/";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

  private static final Map<String, MediaType> TYPES =
      Map.of(
          "index.html", MediaType.HTML_UTF_8,
          "page.css", MediaType.CSS_UTF_8,
          "page.js", MediaType.JAVASCRIPT_UTF_8,
          "icon.svg", MediaType.SVG_UTF_8);

  private PageFiles() {}

  /** A service for each path. */
  static Map<String, HttpService> services() {
    Map<String, HttpService> services = new LinkedHashMap<>();
    TYPES.forEach(
        (name, type) ->
            services.put(name.equals("index.html") ? "/" : "/page/" + name, file(name, type)));
    return services;
  }

  private static HttpService file(String name, MediaType type) {
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
