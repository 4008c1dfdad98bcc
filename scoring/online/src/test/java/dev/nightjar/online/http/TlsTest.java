package dev.nightjar.online.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.access.AccessTokens;
import dev.nightjar.config.ConfigurationException;
import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.settings.Listening;
import dev.nightjar.online.settings.ModelChoice;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An endpoint with a certificate, made here by the JDK's tool. */
class TlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir Path folder;

  @Test
  void an_endpoint_with_a_certificate_speaks_tls_and_nothing_else() throws Exception {
    KeyStore keys = keys();
    Path certificate = pem("CERTIFICATE", keys.getCertificate("endpoint").getEncoded());
    Path key = pem("PRIVATE KEY", keys.getKey("endpoint", PASSWORD.toCharArray()).getEncoded());
    String token = AccessTokens.fresh();
    Path tokens = Files.writeString(folder.resolve("tokens"), AccessTokens.line("team", token));
    TestEndpoint.promote(folder, TestBundles.line("1", 10), "champion");
    Listening listening =
        new Listening(
            Listening.LOOPBACK,
            0,
            Optional.of(new Listening.Tls(certificate, key)),
            Optional.of(tokens),
            false);
    try (TestEndpoint endpoint =
        TestEndpoint.start(
            TestEndpoint.with(
                TestEndpoint.settings(folder, ModelChoice.of("line@champion")), listening))) {
      assertThat(endpoint.uri("/").getScheme()).isEqualTo("https");
      HttpClient trusting = HttpClient.newBuilder().sslContext(trusting(keys)).build();
      HttpRequest scoring =
          endpoint
              .request("/v1/models/line/score")
              .header("Authorization", "Bearer " + token)
              .POST(BodyPublishers.ofString("{\"x\": 1, \"colour\": \"green\"}"))
              .build();
      HttpResponse<String> answer = trusting.send(scoring, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(TestEndpoint.json(answer).path("outputs").path("y").asDouble()).isEqualTo(12);
      assertThatThrownBy(() -> HttpClient.newHttpClient().send(scoring, BodyHandlers.ofString()))
          .isInstanceOf(javax.net.ssl.SSLHandshakeException.class);
      assertThat(endpoint.raw("GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .doesNotContain("200");
    }
  }

  @Test
  void files_that_are_no_certificate_and_no_key_are_named() throws Exception {
    KeyStore keys = keys();
    Path certificate = pem("CERTIFICATE", keys.getCertificate("endpoint").getEncoded());
    Path key = pem("PRIVATE KEY", keys.getKey("endpoint", PASSWORD.toCharArray()).getEncoded());
    Path junk = Files.writeString(folder.resolve("junk.pem"), "junk\n");
    assertThatThrownBy(() -> start(junk, key))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            junk
                + ": listen.tls.certificate: this is no certificate in PEM; begin with the server's"
                + " own, and its chain after it");
    assertThatThrownBy(() -> start(certificate, junk))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(
            junk + ": listen.tls.key: this is no key in PEM, PKCS#8 and without a passphrase");
  }

  private void start(Path certificate, Path key) {
    Listening listening =
        new Listening(
            Listening.LOOPBACK,
            0,
            Optional.of(new Listening.Tls(certificate, key)),
            Optional.empty(),
            false);
    TestEndpoint.start(TestEndpoint.with(TestEndpoint.settings(folder), listening)).close();
  }

  private KeyStore keys() throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "endpoint",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(keytool.exitValue()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private Path pem(String what, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        folder.resolve(what.replace(' ', '-') + ".pem"),
        "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }

  private static SSLContext trusting(KeyStore keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("endpoint", keys.getCertificate("endpoint"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
