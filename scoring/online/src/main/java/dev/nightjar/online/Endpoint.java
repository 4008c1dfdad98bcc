package dev.nightjar.online;

import dev.nightjar.online.http.EndpointMeters;
import dev.nightjar.online.http.EndpointServer;
import dev.nightjar.online.model.ModelListener;
import dev.nightjar.online.model.ModelState;
import dev.nightjar.online.model.RegistryWatch;
import dev.nightjar.online.model.ServedModels;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.score.ScoringQueue;
import dev.nightjar.online.settings.EndpointSettings;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running endpoint: models that follow the registry, threads that score, and the server before
 * them. Thread-safe.
 */
public final class Endpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);

  private final ServedModels models;
  private final ScoringQueue queue;
  private final RegistryWatch watch;
  private final EndpointServer server;

  private Endpoint(
      ServedModels models, ScoringQueue queue, RegistryWatch watch, EndpointServer server) {
    this.models = models;
    this.queue = queue;
    this.watch = watch;
    this.server = server;
  }

  /**
   * Opens the port, loads the models and returns when each was tried. One that cannot be loaded
   * does not end the endpoint: it is tried again, and until then the endpoint is not ready.
   *
   * @param address to listen on
   * @param version of Nightjar
   * @throws java.io.UncheckedIOException when the port cannot be had
   */
  public static Endpoint start(
      EndpointSettings settings, InetSocketAddress address, Clock clock, String version) {
    ServedModels models = new ServedModels(settings.models());
    ScoringQueue queue = new ScoringQueue(settings.limits().workers(), settings.limits().queue());
    EndpointMeters meters = new EndpointMeters(queue);
    RegistryWatch watch = new RegistryWatch(settings, models, logging(meters));
    // Loading a model and opening the port wait for the disk and compile code: side by side.
    CompletableFuture<Void> looked = CompletableFuture.runAsync(watch::look);
    boolean isStarted = false;
    try {
      EndpointServer server =
          EndpointServer.start(
              address,
              settings.listening(),
              settings.limits(),
              models,
              queue,
              meters,
              clock,
              version);
      looked.get();
      watch.start(settings.watch());
      isStarted = true;
      return new Endpoint(models, queue, watch, server);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the models could not be looked at", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the models were loaded", e);
    } finally {
      if (!isStarted) {
        watch.close();
        queue.close();
      }
    }
  }

  private static ModelListener logging(ModelListener also) {
    return new ModelListener() {
      @Override
      public void tookOver(String named, ModelCard card, long nanos) {
        LOG.atInfo()
            .addKeyValue("named", named)
            .addKeyValue("model", card.name())
            .addKeyValue("version", card.version())
            .addKeyValue("bundle", card.digest())
            .addKeyValue("ms", nanos / 1_000_000)
            .log("a version has proven its golden rows and answers from now on");
        also.tookOver(named, card, nanos);
      }

      @Override
      public void failed(String named, String reason) {
        LOG.atError()
            .addKeyValue("named", named)
            .addKeyValue("reason", reason)
            .log("a version could not be loaded; what answered before goes on");
        also.failed(named, reason);
      }
    };
  }

  /** Where it listens, as a client writes it. */
  public String address() {
    return server.address();
  }

  /** Whether every model answers. */
  public boolean isReady() {
    return models.areReady();
  }

  /** How it stands with each model. */
  public List<ModelState> states() {
    return models.states();
  }

  /** Is not ready from now on, and asks clients to go elsewhere with their next request. */
  public void drain() {
    server.drain();
  }

  /** Answers what is in flight, closes the port, and frees everything. */
  @Override
  public void close() {
    server.stop();
    queue.close();
    watch.close();
  }
}
