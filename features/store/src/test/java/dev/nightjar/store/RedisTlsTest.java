package dev.nightjar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.feature.FeatureStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An encrypted connection, by a certificate of {@code localhost} that is its own authority. */
@Timeout(120)
class RedisTlsTest {
  private static final String PASSWORD = "changeit";
  private static final String TRUST = "javax.net.ssl.trustStore";

  @TempDir Path folder;

  private static RedisPlace at(String host, int port) {
    return new RedisPlace(
        host,
        port,
        0,
        true,
        "nightjar",
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(10),
        RedisPlace.WhenDown.UNKNOWN);
  }

  @Test
  void the_servers_certificate_must_be_of_a_trusted_authority_and_for_its_name() throws Exception {
    Path keys = keys();
    List<@Nullable String> before =
        Arrays.asList(System.getProperty(TRUST), System.getProperty(TRUST + "Password"));
    try (RedisServer server = RedisServer.start(options(keys))) {
      int port = tlsPort;
      assertThat(server.port()).isNotEqualTo(port);
      assertRefused(at("localhost", port), "unable to find valid certification path");
      trust(keys.toString(), PASSWORD);
      try {
        try (OnlineStore store =
            RedisStore.write(at("localhost", port), List.of(Views.weather()))) {
          Batches.writeNext(store, Keeping.NEWEST);
          assertThat(Batches.newest(store)).isEqualTo(1);
        }
        assertRefused(at("127.0.0.1", port), "No subject alternative names");
      } finally {
        trust(before.get(0), before.get(1));
      }
    }
  }

  /** Whom this Java trusts from now on; null for those whom it does by itself. */
  private static void trust(@Nullable String store, @Nullable String password) {
    set(TRUST, store);
    set(TRUST + "Password", password);
  }

  private static void set(String property, @Nullable String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }

  /** Not even where unknown is answered while the server is away: this will not mend itself. */
  private static void assertRefused(RedisPlace place, String words) {
    assertThatThrownBy(() -> RedisStore.read(place, List.of(Views.weather())))
        .isInstanceOf(FeatureStoreException.class)
        .hasMessageContaining("the feature store in " + place + " cannot be spoken to over TLS: ")
        .hasMessageContaining(words)
        .hasMessageContaining("(javax.net.ssl.trustStore)");
  }

  private int tlsPort;

  private String[] options(Path keys) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    Path key = pem("PRIVATE KEY", store.getKey("redis", PASSWORD.toCharArray()).getEncoded());
    Path certificate = pem("CERTIFICATE", store.getCertificate("redis").getEncoded());
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      tlsPort = socket.getLocalPort();
    }
    return new String[] {
      "--tls-port", Integer.toString(tlsPort),
      "--tls-auth-clients", "no",
      "--tls-key-file", key.toString(),
      "--tls-cert-file", certificate.toString(),
      "--tls-ca-cert-file", certificate.toString()
    };
  }

  private Path pem(String what, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        folder.resolve(what.replace(' ', '-') + ".pem"),
        "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }

  private Path keys() throws IOException, InterruptedException {
    Path keys = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "redis",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(keytool.exitValue()).as(said).isZero();
    return keys;
  }
}
