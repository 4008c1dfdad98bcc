package dev.nightjar.run;

import dev.nightjar.contract.InputField;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinWords;
import dev.nightjar.run.RowExplanation.OfView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What flags of a row say, in words with the values that were put in. */
final class FlagWords {
  private final Plan plan;

  FlagWords(Plan plan) {
    this.plan = plan;
  }

  /**
   * Words by flag.
   *
   * @param views as they answered the row
   * @param input the contract's columns as they came to the contract
   */
  Map<String, String> of(
      List<String> flags, List<OfView> views, Map<String, @Nullable Object> input) {
    Map<String, String> words = new LinkedHashMap<>();
    for (String flag : flags) {
      words.put(
          flag,
          ofView(flag, views)
              .or(() -> ofFeature(flag))
              .or(() -> ofContract(flag, input))
              .orElse("came along with the row"));
    }
    return words;
  }

  private static Optional<String> ofView(String flag, List<OfView> views) {
    for (OfView view : views) {
      if (flag.equals(JoinWords.noRow(view.view())) || flag.equals(JoinWords.stale(view.view()))) {
        return Optional.of(
            view.why()
                + (view.defaults().isEmpty()
                    ? "; the view has no defaults"
                    : "; defaults of the view stand in: " + defaults(view)));
      }
    }
    return Optional.empty();
  }

  private static String defaults(OfView view) {
    List<String> values = new ArrayList<>();
    for (String name : view.defaults()) {
      values.add(name + " " + view.features().get(name));
    }
    return String.join(", ", values);
  }

  /** A feature without a default is left null, and the contract may put something in. */
  private Optional<String> ofFeature(String flag) {
    for (FeatureView view : plan.views()) {
      for (Feature feature : view.features()) {
        if (flag.equals(JoinWords.imputed(feature.name()))
            && feature.defaultValue() instanceof DefaultValue.Constant constant) {
          return Optional.of(
              "the row of the view "
                  + view.name()
                  + " that answered has null; its default stands in: "
                  + shown(constant.value(), feature.type()));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> ofContract(String flag, Map<String, @Nullable Object> input) {
    for (InputField field : plan.scoring().contract().inputs()) {
      Object came = input.get(field.name());
      if (flag.equals(field.imputedFlag())) {
        return Optional.of(
            (came == null ? "it is missing" : "'" + came + "' is not valid")
                + "; the contract's default stands in: "
                + field.defaultValue().map(value -> shown(value, field.type())).orElse("null"));
      }
      if (flag.equals(field.unknownFlag())) {
        return Optional.of(
            "'"
                + came
                + "' is none of the contract's values ("
                + String.join(", ", field.values())
                + "); "
                + field
                    .other()
                    .map(other -> "'" + other + "' stands in")
                    .orElse("the transform sees it as it is"));
      }
    }
    return Optional.empty();
  }

  private static String shown(Object value, DataType type) {
    return type == DataType.TIMESTAMP && value instanceof Long micros
        ? Timestamps.instant(micros).toString()
        : value.toString();
  }
}
