package dev.nightjar.schedule.page;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the page is shown, and to whom.
 *
 * @param host an address of this machine, or a name of it
 * @param port 0 for any that is free
 * @param tokens the file of those who may change anything; empty for a page that is only read
 * @param isBehindProxy whether a proxy in front does TLS, and asks who it is
 */
public record PageSettings(String host, int port, Optional<Path> tokens, boolean isBehindProxy) {
  /** This machine alone. */
  public static final String LOOPBACK = "127.0.0.1";

  /** Whether nobody but this machine reaches it. */
  public boolean isLoopback() {
    InetSocketAddress address = new InetSocketAddress(host, port);
    return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
  }

  /** Why it may not be shown like this; empty when it may. */
  public Optional<String> mistake() {
    return tokens.isPresent() && !isLoopback() && !isBehindProxy
        ? Optional.of(
            "tokens would go over the network for everyone to read, since the page at "
                + host
                + " does no TLS; leave the host out, or put a proxy with TLS in front and write"
                + " 'behind-proxy: true'")
        : Optional.empty();
  }

  /** The same at another place. */
  public PageSettings at(String otherHost, int otherPort) {
    return new PageSettings(otherHost, otherPort, tokens, isBehindProxy);
  }
}
