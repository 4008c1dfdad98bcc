package dev.nightjar.online.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerConfig;
import com.linecorp.armeria.server.ServiceConfig;
import dev.nightjar.access.AccessTokens;
import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Problem;
import dev.nightjar.online.model.ServedModels;
import dev.nightjar.online.oip.TensorForm;
import dev.nightjar.online.rest.RowForm;
import dev.nightjar.online.score.ScoringQueue;
import dev.nightjar.online.settings.Listening;
import dev.nightjar.online.settings.ServingLimits;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The server: all paths, limits and who may ask, on Armeria. Thread-safe.
 *
 * <p>It ends in three steps, so that no request is lost: {@link #drain} makes it not ready and asks
 * clients to go elsewhere with their next request; {@link #stop} closes the port and waits until
 * they have, or for as long as the limits say.
 */
public final class EndpointServer {
  private static final int LINE_BYTES = 4 << 10;
  private static final int HEADER_BYTES = 16 << 10;

  /** Of a body, as it is handed on: what a socket is read by at once. */
  private static final int PIECE_BYTES = 64 << 10;

  private static final int STREAMS = 256;
  private static final int MOST_SOCKET_THREADS = 4;

  /** How long nothing may be in flight before the server ends. */
  private static final Duration QUIET = Duration.ofMillis(100);

  private static final List<String> MODEL = List.of("/{model}", "/{model}/versions/{version}");

  private final Server server;
  private final Set<Channel> ports;
  private final EventLoopGroup sockets;
  private final AtomicBoolean isDraining;
  private final boolean isEncrypted;

  private EndpointServer(
      Server server,
      Set<Channel> ports,
      EventLoopGroup sockets,
      AtomicBoolean isDraining,
      boolean isEncrypted) {
    this.server = server;
    this.ports = ports;
    this.sockets = sockets;
    this.isDraining = isDraining;
    this.isEncrypted = isEncrypted;
  }

  /**
   * Opens the port. Health is answered at once, models as they are loaded.
   *
   * @param address to listen on
   * @param version of Nightjar
   * @throws ConfigurationException when certificate, key or tokens are none
   * @throws UncheckedIOException when the port cannot be had
   */
  public static EndpointServer start(
      InetSocketAddress address,
      Listening listening,
      ServingLimits limits,
      ServedModels models,
      ScoringQueue queue,
      EndpointMeters meters,
      Clock clock,
      String version) {
    Optional<TlsKeyPair> keys = listening.tls().map(EndpointServer::keys);
    AtomicBoolean isDraining = new AtomicBoolean();
    EventLoopGroup sockets =
        EventLoopGroups.newEventLoopGroup(
            Math.max(1, Math.min(MOST_SOCKET_THREADS, Runtime.getRuntime().availableProcessors())));
    // Armeria would end its own group by Netty's way, which listens for two seconds more.
    ServerBuilder builder = Server.builder().workerGroup(sockets, false);
    if (keys.isPresent()) {
      builder.https(address).tls(keys.get());
    } else {
      builder.http(address);
    }
    bounded(builder, limits);
    Set<Channel> ports = ConcurrentHashMap.newKeySet();
    builder.childChannelPipelineCustomizer(
        pipeline -> {
          ports.add(pipeline.channel().parent());
          pipeline.addFirst(new HeadDeadline(limits.receiving()));
        });
    RowForm rows = new RowForm(limits.request());
    TensorForm tensors = new TensorForm(limits.request());
    InfoServices info =
        new InfoServices(models, meters, () -> !isDraining.get() && models.areReady(), version);
    routes(
        builder,
        info,
        new ScoreService(ScoreForm.rows(rows, clock), models, queue, limits),
        new ScoreService(new ExplainForm(rows, clock), models, queue, limits),
        new ScoreService(ScoreForm.openInference(tensors, clock), models, queue, limits));
    Optional<AccessTokens> tokens = listening.tokens().map(AccessTokens::read);
    boolean isLoopback = address.getAddress().isLoopbackAddress();
    builder
        .decorator(new Gate(tokens, isLoopback && !listening.isBehindProxy(), isDraining::get))
        .errorHandler(new Errors(limits.request().bodyBytes()))
        .accessLogWriter(new AccessLog(meters), false);
    Server server = builder.build();
    boolean isStarted = false;
    try {
      server.start().join();
      isStarted = true;
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException refused ? noPort(address, refused) : e;
    } finally {
      if (!isStarted) {
        end(sockets);
      }
    }
    return new EndpointServer(server, ports, sockets, isDraining, listening.tls().isPresent());
  }

  private static TlsKeyPair keys(Listening.Tls tls) {
    try {
      return TlsKeyPair.of(tls.key().toFile(), tls.certificate().toFile());
    } catch (RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      boolean isOfCertificate = cause instanceof CertificateException;
      throw new ConfigurationException(
          new Problem(
              (isOfCertificate ? tls.certificate() : tls.key()).toString(),
              0,
              isOfCertificate ? "listen.tls.certificate" : "listen.tls.key",
              isOfCertificate
                  ? "this is no certificate in PEM; begin with the server's own, and its chain"
                      + " after it"
                  : "this is no key in PEM, PKCS#8 and without a passphrase, that goes with the"
                      + " certificate; 'openssl pkcs8 -topk8 -nodes' writes one"));
    }
  }

  private static UncheckedIOException noPort(InetSocketAddress address, IOException refused) {
    return new UncheckedIOException(
        "the port "
            + address.getPort()
            + " of "
            + address.getAddress().getHostAddress()
            + " cannot be had: "
            + String.valueOf(refused.getMessage()).replaceFirst("^bind\\(.*error\\(-?\\d+\\): ", "")
            + "; end what listens there, or choose another with --port",
        refused);
  }

  /** Every bound is said here, also where Armeria's own would do: it may be another one day. */
  private static void bounded(ServerBuilder builder, ServingLimits limits) {
    builder
        .maxRequestLength(limits.request().bodyBytes())
        .http1MaxInitialLineLength(LINE_BYTES)
        .http1MaxHeaderSize(HEADER_BYTES)
        .http1MaxChunkSize(PIECE_BYTES)
        .http2MaxHeaderListSize(HEADER_BYTES)
        .http2MaxStreamsPerConnection(STREAMS)
        .maxNumConnections(limits.connections())
        .idleTimeout(limits.idle())
        .requestTimeout(limits.receiving())
        .verboseResponses(false)
        // Refusals are no faults, and their messages quote what clients have sent.
        .unloggedExceptionsReportInterval(Duration.ZERO)
        .disableServerHeader()
        .gracefulShutdownTimeout(
            limits.drain().compareTo(QUIET) < 0 ? limits.drain() : QUIET, limits.drain());
  }

  private static void routes(
      ServerBuilder builder,
      InfoServices info,
      HttpService score,
      HttpService explain,
      HttpService infer) {
    get(builder, "/v2/health/live", info.live());
    get(builder, "/v2/health/ready", info.ready());
    get(builder, "/metrics", info.metrics());
    get(builder, "/openapi.json", info.openApi());
    get(builder, "/v1/models", info.models());
    get(builder, "/v2", info.serverMetadata());
    get(builder, "/v2/", info.serverMetadata());
    get(builder, "/v2/models", info.modelNames());
    post(builder, "/v2/repository/index", info.index());
    for (String model : MODEL) {
      get(builder, "/v1/models" + model, info.model());
      post(builder, "/v1/models" + model + "/score", score);
      post(builder, "/v1/models" + model + "/explain", explain);
      get(builder, "/v2/models" + model, info.modelMetadata());
      get(builder, "/v2/models" + model + "/ready", info.modelReady());
      post(builder, "/v2/models" + model + "/infer", infer);
    }
    PageFiles.services().forEach((path, file) -> get(builder, path, file));
  }

  private static void get(ServerBuilder builder, String path, HttpService service) {
    builder.service(
        Route.builder().path(path).methods(HttpMethod.GET, HttpMethod.HEAD).build(), service);
  }

  private static void post(ServerBuilder builder, String path, HttpService service) {
    builder.service(Route.builder().path(path).methods(HttpMethod.POST).build(), service);
  }

  /** By what it runs, for whoever checks that nothing of Armeria's own is left on. */
  ServerConfig config() {
    return server.config();
  }

  /** All that is answered, for whoever checks that none is open that should not be. */
  List<Route> routes() {
    return server.serviceConfigs().stream().map(ServiceConfig::route).toList();
  }

  /** Where it listens, as a client writes it. */
  public String address() {
    InetSocketAddress at = server.activePort().localAddress();
    // A socket for all addresses of both kinds tells the longer one.
    String host =
        at.getAddress().isAnyLocalAddress() ? "0.0.0.0" : at.getAddress().getHostAddress();
    return (isEncrypted ? "https://" : "http://")
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + at.getPort();
  }

  /** Is not ready any more; what comes is still answered, and asked to go elsewhere next. */
  public void drain() {
    isDraining.set(true);
  }

  /**
   * Closes the port, and answers what comes on connections that are open until nothing has come for
   * a moment, or for as long as the limits say.
   */
  public void stop() {
    isDraining.set(true);
    // Armeria waits first and closes its port then: clients that come again would keep it waiting.
    ports.forEach(port -> port.close().syncUninterruptibly());
    server.stop().join();
    end(sockets);
  }

  private static void end(EventLoopGroup sockets) {
    var unused = sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
