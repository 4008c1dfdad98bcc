package dev.nightjar.online.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where requests come in.
 *
 * @param port 0 for any that is free
 * @param tls certificate and key; empty for plain HTTP
 * @param tokens the file of those who may ask; empty for everybody who reaches the port
 * @param isBehindProxy whether a proxy in front does TLS and asks who it is
 */
public record Listening(
    String host, int port, Optional<Tls> tls, Optional<Path> tokens, boolean isBehindProxy) {
  /** This machine alone. */
  public static final String LOOPBACK = "127.0.0.1";

  /**
   * Files in PEM.
   *
   * @param certificate the chain, the server's own first
   * @param key PKCS#8, without a passphrase
   */
  public record Tls(Path certificate, Path key) {}
}
