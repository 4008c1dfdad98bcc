package dev.nightjar.feature;

import dev.nightjar.config.Section;
import dev.nightjar.feature.DefaultValue.Constant;
import dev.nightjar.feature.DefaultValue.Statistic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Figures over the matched, non-null values of a training set, by view and feature: what {@code
 * default: mean} means. Only figures that some default asks for are kept. A figure that is not a
 * finite number is none: no file could hold it, and filled in it would spoil every score.
 *
 * @param values view name to feature name to the figure, of the feature's type
 */
public record FeatureStatistics(Map<String, Map<String, Object>> values) {
  public static final FeatureStatistics NONE = new FeatureStatistics(Map.of());

  public FeatureStatistics {
    values =
        values.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> usable(e.getValue())));
  }

  private static Map<String, Object> usable(Map<String, Object> figures) {
    return figures.entrySet().stream()
        .filter(e -> !(e.getValue() instanceof Double d) || Double.isFinite(d))
        .filter(e -> !(e.getValue() instanceof Float f) || Float.isFinite(f))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * The view with each default that is a statistic replaced by its figure. A statistic over no
   * value at all has no figure; such a default becomes null.
   */
  public FeatureView resolve(FeatureView view) {
    Map<String, Object> figures = values.getOrDefault(view.name(), Map.of());
    List<Feature> resolved =
        view.features().stream()
            .map(
                feature -> {
                  if (!(feature.defaultValue() instanceof Statistic)) {
                    return feature;
                  }
                  Object figure = figures.get(feature.name());
                  return feature.withDefault(
                      figure == null ? new DefaultValue.None() : new Constant(figure));
                })
            .toList();
    return view.withFeatures(resolved);
  }

  /** True when a feature of the view has a statistic for its default. */
  public static boolean neededBy(FeatureView view) {
    return view.features().stream().anyMatch(f -> f.defaultValue() instanceof Statistic);
  }

  /** The figures as nested maps that YAML writes and {@link #read} reads. */
  public Map<String, Object> toYaml(List<FeatureView> views) {
    Map<String, Object> yaml = new LinkedHashMap<>();
    for (FeatureView view : views) {
      Map<String, Object> figures = new LinkedHashMap<>();
      for (Feature feature : view.features()) {
        Object figure = values.getOrDefault(view.name(), Map.of()).get(feature.name());
        if (figure != null) {
          figures.put(feature.name(), Constants.toYaml(figure, feature.type()));
        }
      }
      if (!figures.isEmpty()) {
        yaml.put(view.name(), figures);
      }
    }
    return yaml;
  }

  /** The figures that a section holds, by the types of these views' features. */
  public static FeatureStatistics read(Section section, List<FeatureView> views) {
    Map<String, Map<String, Object>> values = new LinkedHashMap<>();
    for (FeatureView view : views) {
      section
          .optionalSection(view.name())
          .ifPresent(
              one -> {
                values.put(view.name(), readFigures(one, view));
                one.refuseUnknownKeys();
              });
    }
    section.refuseUnknownKeys();
    return new FeatureStatistics(values);
  }

  private static Map<String, Object> readFigures(Section section, FeatureView view) {
    Map<String, Object> figures = new LinkedHashMap<>();
    for (Feature feature : view.features()) {
      Constants.written(section, feature.name(), feature.type())
          .ifPresent(
              written ->
                  Constants.convert(written, feature.type())
                      .ifPresentOrElse(
                          figure -> figures.put(feature.name(), figure),
                          () ->
                              section.problem(
                                  feature.name(),
                                  section.quote(written.toString())
                                      + " is not a value of type "
                                      + feature.type().word())));
    }
    return figures;
  }
}
