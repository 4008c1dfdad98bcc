package dev.nightjar.online.model;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.registry.Resolved;
import dev.nightjar.storage.LocalStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows the aliases of the registry. A version that an alias has come to is loaded beside the one
 * that answers and takes over when it is proven; where that fails the old one goes on, and the new
 * one is tried again after a while, for a store may be filled and memory may come free.
 *
 * <p>{@link #look} is called by one thread at a time.
 */
public final class RegistryWatch implements AutoCloseable {
  /** A version that failed is left alone for so many looks, doubled with each failure. */
  private static final int MOST_PASSED_OVER = 32;

  private final ServedModels models;
  private final Registry registry;
  private final ModelLoader loader;
  private final StoreDoor store;
  private final ModelListener listener;
  private final Map<Slot, Failure> failures = new HashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread watcher = new Thread(work, "nightjar-registry");
            watcher.setDaemon(true);
            return watcher;
          });

  /**
   * What went wrong with a slot last.
   *
   * @param tried what was tried: a digest, a path, or the reference where it means nothing
   * @param looks before it is tried again
   * @param doubled the wait after the next failure
   */
  private record Failure(String tried, String reason, int looks, int doubled) {
    Failure waited() {
      return new Failure(tried, reason, looks - 1, doubled);
    }
  }

  /** A watch over the models that the settings name; nothing is loaded before {@link #look}. */
  public RegistryWatch(EndpointSettings settings, ServedModels models, ModelListener listener) {
    this.models = models;
    this.registry = Registry.at(new LocalStorage(settings.registry()));
    this.store = new StoreDoor(settings.store());
    Optional<TrustedKeys> keys =
        settings.signedBy().isEmpty()
            ? Optional.empty()
            : Optional.of(TrustedKeys.read(settings.signedBy()));
    int threads = settings.limits().workers();
    this.loader =
        new ModelLoader(
            keys, store, ModelRoom.ofProcess(threads, settings.limits().request().rows()));
    this.listener = listener;
  }

  /** Looks again and again, in a thread of its own. */
  public void start(Duration every) {
    long millis = every.toMillis();
    var unused = thread.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Looks where the references lead now, and loads what is not served yet. */
  public void look() {
    for (Slot slot : models.slots()) {
      Failure failure = failures.get(slot);
      if (failure != null && failure.looks() > 0 && isWhatFailed(slot, failure)) {
        failures.put(slot, failure.waited());
      } else {
        follow(slot);
      }
    }
  }

  /** Whether the slot still leads to what could not be loaded. */
  private boolean isWhatFailed(Slot slot, Failure failure) {
    try {
      return target(slot.choice()).digest().equals(failure.tried());
    } catch (RuntimeException e) {
      return failure.tried().equals(slot.choice().named()); // the reference means nothing, still
    }
  }

  /** What a choice leads to: the digest of a bundle, or a path, which never changes. */
  private record Target(String digest, Optional<Resolved> resolved) {}

  private Target target(ModelChoice choice) {
    if (choice.reference().isEmpty()) {
      return new Target(choice.named(), Optional.empty());
    }
    Resolved resolved = registry.resolve(choice.reference().get());
    return new Target(resolved.digest(), Optional.of(resolved));
  }

  private void follow(Slot slot) {
    String tried = slot.choice().named();
    long begin = System.nanoTime();
    try {
      Target target = target(slot.choice());
      tried = target.digest();
      if (isServed(slot, target)) {
        failures.remove(slot);
        slot.sound();
        return;
      }
      Optional<ServedModel> shared = shared(slot.choice(), target.digest());
      ServedModel next = shared.isPresent() ? shared.get() : load(slot.choice(), target);
      Optional<ServedModel> before = slot.takeOver(next);
      failures.remove(slot);
      listener.tookOver(slot.choice().named(), models.described(next), System.nanoTime() - begin);
      before.ifPresent(this::retireUnlessUsed);
    } catch (BundleException | RegistryException | FeatureStoreException e) {
      failed(slot, tried, String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // A version must not take the others with it, whatever is wrong with it.
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      failed(slot, tried, "it cannot be loaded: " + cause);
    }
  }

  private ServedModel load(ModelChoice choice, Target target) {
    BundleFiles files =
        target.resolved().isPresent()
            ? registry.open(target.resolved().get())
            : BundleFiles.read(Path.of(choice.named()));
    return loader.load(choice, files);
  }

  private static boolean isServed(Slot slot, Target target) {
    return slot.serving()
        .filter(
            model -> target.resolved().isEmpty() || model.card().digest().equals(target.digest()))
        .isPresent();
  }

  /** The same bundle as another alias has it, to be offered in the same way. */
  private Optional<ServedModel> shared(ModelChoice choice, String digest) {
    return models.slots().stream()
        .filter(other -> other.choice().asOf().equals(choice.asOf()))
        .filter(other -> other.choice().tensors().equals(choice.tensors()))
        .flatMap(other -> other.serving().stream())
        .filter(model -> model.card().digest().equals(digest))
        .findFirst();
  }

  private void retireUnlessUsed(ServedModel before) {
    boolean isUsed =
        models.slots().stream()
            .anyMatch(slot -> slot.serving().filter(model -> model == before).isPresent());
    if (!isUsed) {
      before.retire();
    }
  }

  private void failed(Slot slot, String tried, String reason) {
    @Nullable Failure before = failures.get(slot);
    boolean isSame = before != null && before.tried().equals(tried);
    int wait = before != null && isSame ? before.doubled() : 1;
    failures.put(
        slot, new Failure(tried, reason, wait, Math.min(MOST_PASSED_OVER, Math.max(1, wait) * 2)));
    slot.failed(reason);
    if (!isSame || (before != null && !before.reason().equals(reason))) {
      listener.failed(slot.choice().named(), reason);
    }
  }

  /** Ends the watch; what is served is freed when the last request of it has ended. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        return; // a model is being loaded; the process ends under it
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    List<ServedModel> all = new ArrayList<>();
    models.slots().forEach(slot -> slot.serving().ifPresent(all::add));
    all.stream().distinct().forEach(ServedModel::retire);
    store.close();
  }
}
