package dev.nightjar.online.model;

import dev.nightjar.config.Suggestion;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestException.Kind;
import dev.nightjar.online.settings.ModelChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The models of an endpoint, each answered for by one version at a time. Thread-safe. */
public final class ServedModels {
  private static final Duration READY_IN = Duration.ofSeconds(2);

  private final List<Slot> slots;

  /** Models of which none is loaded yet. */
  public ServedModels(List<ModelChoice> choices) {
    this.slots = choices.stream().map(Slot::new).toList();
  }

  List<Slot> slots() {
    return slots;
  }

  /** Whether every model that is to be served is answered for. */
  public boolean areReady() {
    return slots.stream().allMatch(slot -> slot.serving().isPresent());
  }

  /**
   * The version that answers; the caller has to {@link ServedModel#release} it.
   *
   * @param version a version or an alias; empty for the first of that model
   * @throws RequestException when nothing here has that name, or it is not loaded
   */
  public ServedModel retained(String name, Optional<String> version) {
    Slot slot = slot(name, version);
    for (Optional<ServedModel> now = slot.serving(); now.isPresent(); now = slot.serving()) {
      if (now.get().retain()) {
        return now.get();
      }
      Thread.onSpinWait(); // it has just been freed, so another one answers already
    }
    throw new RequestException(
        Kind.NOT_READY,
        "the model '"
            + slot.choice().named()
            + "' is not ready: "
            + slot.reason().orElse("it is being loaded"),
        READY_IN);
  }

  private Slot slot(String name, Optional<String> version) {
    List<Slot> named =
        slots.stream().filter(slot -> slot.name().filter(name::equals).isPresent()).toList();
    if (named.isEmpty()) {
      TreeSet<String> names = new TreeSet<>();
      slots.forEach(slot -> slot.name().ifPresent(names::add));
      throw new RequestException(
          Kind.UNKNOWN_MODEL,
          "no model '" + shown(name) + "' is served here" + Suggestion.text(name, names));
    }
    if (version.isEmpty()) {
      return named.get(0);
    }
    return named.stream()
        .filter(slot -> slot.answersTo(version.get()))
        .findFirst()
        .orElseThrow(
            () ->
                new RequestException(
                    Kind.UNKNOWN_MODEL,
                    "the model '"
                        + name
                        + "' is not served in the version '"
                        + shown(version.get())
                        + "' here"
                        + Suggestion.text(version.get(), versions(named))));
  }

  private static Set<String> versions(List<Slot> named) {
    TreeSet<String> versions = new TreeSet<>();
    for (Slot slot : named) {
      slot.alias().ifPresent(versions::add);
      slot.serving().ifPresent(model -> versions.add(model.card().version()));
    }
    return versions;
  }

  private static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= 64 ? plain : plain.substring(0, 64) + "…";
  }

  /** How it stands with each, in the order of the settings. */
  public List<ModelState> states() {
    List<ModelState> states = new ArrayList<>();
    for (Slot slot : slots) {
      states.add(slot.state(slot.serving().map(this::described)));
    }
    return states;
  }

  /** What is served, each version once. */
  public List<ModelCard> cards() {
    Map<String, ModelCard> cards = new LinkedHashMap<>();
    for (Slot slot : slots) {
      slot.serving()
          .map(this::described)
          .ifPresent(card -> cards.putIfAbsent(card.name() + ":" + card.version(), card));
    }
    return List.copyOf(cards.values());
  }

  /** The card of a version with what leads to it now. */
  public ModelCard described(ServedModel model) {
    ModelCard card = model.card();
    List<String> aliases = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.serving().filter(other -> other.card().digest().equals(card.digest())).isPresent()) {
        slot.alias().ifPresent(aliases::add);
      }
    }
    boolean isDefault =
        slots.stream()
            .filter(slot -> slot.name().filter(card.name()::equals).isPresent())
            .findFirst()
            .flatMap(Slot::serving)
            .filter(first -> first.card().digest().equals(card.digest()))
            .isPresent();
    return card.ledToBy(aliases.stream().distinct().sorted().toList(), isDefault);
  }
}
