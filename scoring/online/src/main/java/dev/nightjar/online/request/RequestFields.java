package dev.nightjar.online.request;

import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.contract.InputField;
import dev.nightjar.data.DataType;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a row may bring: the contract's inputs, the keys of the bundle's views, their features, and
 * the field of the as-of time where the model has one. Immutable.
 */
public final class RequestFields {
  private final Map<String, RequestField> fields;
  private final List<FeatureView> views;
  private final Optional<String> asOf;

  private RequestFields(
      Map<String, RequestField> fields, List<FeatureView> views, Optional<String> asOf) {
    this.fields = fields;
    this.views = List.copyOf(views);
    this.asOf = asOf;
  }

  /**
   * One field.
   *
   * @param type what its values are; empty for a key whose type the bundle does not know: then it
   *     is what comes, a text, a whole number or true and false
   * @param input the contract's rules for it, where it is one of its inputs
   * @param view the view of which it is a feature
   * @param isKey whether it is a key of a view
   */
  public record RequestField(
      String name,
      Optional<DataType> type,
      Optional<InputField> input,
      Optional<String> view,
      boolean isKey) {

    /** Whether a row that does not name it cannot be scored, whatever the store holds. */
    public boolean isRequired() {
      return view.isEmpty()
          && input.filter(of -> of.onMissing() == InputField.OnMissing.REJECT).isPresent();
    }
  }

  /**
   * The fields of a bundle.
   *
   * @param asOf the field that holds the as-of time; empty for the time of the request
   */
  public static RequestFields of(BundleManifest manifest, Optional<String> asOf) {
    Map<String, String> views = new LinkedHashMap<>();
    Map<String, DataType> types = new LinkedHashMap<>();
    Map<String, InputField> inputs = new LinkedHashMap<>();
    Set<String> keys = new LinkedHashSet<>();
    for (InputField input : manifest.contract().inputs()) {
      types.put(input.name(), input.type());
      inputs.put(input.name(), input);
    }
    for (FeatureView view : manifest.views()) {
      keys.addAll(view.keys().keySet());
      for (Feature feature : view.features()) {
        views.put(feature.name(), view.name());
        types.put(feature.name(), feature.type());
      }
    }
    asOf.ifPresent(name -> types.put(name, DataType.TIMESTAMP));
    Set<String> names = new LinkedHashSet<>(inputs.keySet());
    names.addAll(keys);
    names.addAll(types.keySet());
    Map<String, RequestField> fields = new LinkedHashMap<>();
    for (String name : names) {
      fields.put(
          name,
          new RequestField(
              name,
              Optional.ofNullable(types.get(name)),
              Optional.ofNullable(inputs.get(name)),
              Optional.ofNullable(views.get(name)),
              keys.contains(name)));
    }
    return new RequestFields(fields, manifest.views(), asOf);
  }

  /** All of them: the contract's inputs in its order, then keys, features and the as-of field. */
  public List<RequestField> all() {
    return List.copyOf(fields.values());
  }

  public Optional<RequestField> find(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  public List<String> names() {
    return List.copyOf(fields.keySet());
  }

  /** The bundle's views, whose features are looked up where a row does not bring them. */
  public List<FeatureView> views() {
    return views;
  }

  /** The field that holds the as-of time; empty for the time of the request. */
  public Optional<String> asOf() {
    return asOf;
  }
}
