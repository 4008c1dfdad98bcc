package dev.nightjar.online.rest;

import dev.nightjar.contract.Contracts;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told of models that are served, in the words of {@code bundle.yaml}. Inputs, views and
 * outputs are lists, since their order counts.
 */
public final class ModelForm {
  private ModelForm() {}

  /** One model: its identity, its contract, its views and a row to try. */
  public static byte[] of(ModelCard model) {
    return JsonBytes.of(out -> JsonBytes.tree(out, all(model)));
  }

  /** All models: each with name, version, bundle, aliases, and whether it is the default. */
  public static byte[] list(List<ModelCard> models) {
    List<Object> cards = new ArrayList<>();
    models.forEach(model -> cards.add(identity(model)));
    return JsonBytes.of(out -> JsonBytes.tree(out, Map.of("models", cards)));
  }

  /** What tells a version from others. */
  static Map<String, @Nullable Object> identity(ModelCard model) {
    Map<String, @Nullable Object> card = new LinkedHashMap<>();
    card.put("name", model.name());
    card.put("version", model.version());
    card.put("bundle", model.digest());
    card.put("aliases", model.aliases());
    card.put("default", model.isDefault());
    return card;
  }

  private static Map<String, @Nullable Object> all(ModelCard model) {
    Map<String, @Nullable Object> card = identity(model);
    card.put("created", model.manifest().created().toString());
    card.put("engine", model.manifest().engine());
    Map<String, Object> contract = Contracts.toYaml(model.manifest().contract());
    card.put("inputs", named(contract.get("inputs")));
    List<Object> views = new ArrayList<>();
    model.fields().views().stream()
        .map(model.manifest().statistics()::resolve)
        .forEach(view -> views.add(view(view)));
    card.put("views", views);
    model.fields().asOf().ifPresent(field -> card.put("as-of", field));
    card.put("outputs", named(contract.get("outputs")));
    model.tensors().ifPresent(tensors -> card.put("tensors", both(tensors)));
    ExampleRow.of(model).ifPresent(row -> card.put("example", row));
    return card;
  }

  private static Map<String, @Nullable Object> both(Tensors tensors) {
    Map<String, @Nullable Object> names = new LinkedHashMap<>();
    names.put("input", tensors.input());
    names.put("output", tensors.output());
    return names;
  }

  /**
   * A view whose keys are what a row calls them; what its table calls them is nobody's business.
   */
  private static Map<String, @Nullable Object> view(FeatureView view) {
    Map<String, @Nullable Object> card = new LinkedHashMap<>();
    card.put("name", view.name());
    FeatureViews.toYaml(view)
        .forEach(
            (key, value) -> {
              switch (key) {
                case "view" -> {}
                case "keys" -> card.put(key, List.copyOf(view.keys().keySet()));
                case "features" -> card.put(key, named(value));
                default -> card.put(key, value);
              }
            });
    return card;
  }

  /** Maps by name as a list of maps that begin with the name. */
  private static List<Object> named(@Nullable Object maps) {
    List<Object> list = new ArrayList<>();
    if (maps instanceof Map<?, ?> byName) {
      byName.forEach(
          (name, value) -> {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("name", name);
            if (value instanceof Map<?, ?> entries) {
              entries.forEach((key, entry) -> one.put(String.valueOf(key), entry));
            }
            list.add(one);
          });
    }
    return list;
  }
}
