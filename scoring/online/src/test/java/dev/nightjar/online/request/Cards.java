package dev.nightjar.online.request;

import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.contract.InputField.OnUnknown;
import dev.nightjar.contract.InputField.Range;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Models as the forms know them, written by hand: there is no network behind them. */
public final class Cards {
  /** The digest of all of them. */
  public static final String DIGEST = "sha256:" + "ab".repeat(32);

  private Cards() {}

  /**
   * Delays of flights: an input of every type, the view 'weather' (key origin, which is no input;
   * temp and wind) and the static view 'planes' (key tail, which is one; built), as of 'departure'.
   */
  public static ModelCard flights() {
    Contract contract =
        new Contract(
            List.of(
                new InputField(
                    "carrier",
                    DataType.STRING,
                    true,
                    List.of("AA", "UA"),
                    OnMissing.REJECT,
                    Optional.empty(),
                    Optional.empty(),
                    OnInvalid.REJECT,
                    OnUnknown.FLAG,
                    Optional.empty()),
                new InputField(
                    "distance",
                    DataType.DOUBLE,
                    false,
                    List.of(),
                    OnMissing.REJECT,
                    Optional.empty(),
                    Optional.of(new Range(0, 20_000)),
                    OnInvalid.REJECT,
                    OnUnknown.REJECT,
                    Optional.empty()),
                optional("seats", DataType.INTEGER),
                optional("flight_id", DataType.LONG),
                optional("fuel", DataType.FLOAT),
                optional("tail", DataType.STRING),
                optional("night", DataType.BOOLEAN),
                optional("boarded", DataType.TIMESTAMP),
                optional("temp", DataType.DOUBLE),
                optional("wind", DataType.FLOAT),
                optional("built", DataType.INTEGER)),
            List.of(
                OutputField.probability("late", 0, 0.5),
                new OutputField(
                    "minutes",
                    DataType.DOUBLE,
                    OutputField.Kind.VALUE,
                    1,
                    Optional.empty(),
                    List.of()),
                OutputField.ofClass("cause", List.of("weather", "crew"))));
    List<FeatureView> views =
        List.of(
            new FeatureView(
                "weather",
                Optional.empty(),
                Map.of("origin", "station"),
                Optional.of("observed"),
                new Availability.After(Duration.ofMinutes(20)),
                Optional.of(Duration.ofHours(3)),
                FeatureView.Boundary.INCLUSIVE,
                List.of(),
                FeatureView.OnTie.REJECT,
                FeatureView.NullPolicy.LATEST_ROW,
                List.of(
                    feature("temp", DataType.DOUBLE, new DefaultValue.Constant(10.5)),
                    feature("wind", DataType.FLOAT, new DefaultValue.None()))),
            timeless(
                "planes",
                "tail",
                List.of(feature("built", DataType.INTEGER, new DefaultValue.None()))));
    return card(
        "flight-delay", contract, views, Optional.of("departure"), Optional.empty(), golden());
  }

  /** A model without views whose inputs all have to be there. */
  public static ModelCard plain(String name, List<InputField> inputs, List<OutputField> outputs) {
    return card(
        name,
        new Contract(inputs, outputs),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        new GoldenRows(Schema.of(), List.of()));
  }

  /** A view of so many features, f0, f1, …, by the key 'key', which are all that is asked for. */
  public static ModelCard wide(int features) {
    List<Feature> all =
        IntStream.range(0, features)
            .mapToObj(i -> feature("f" + i, DataType.LONG, new DefaultValue.None()))
            .toList();
    Contract contract =
        new Contract(
            all.stream().map(one -> optional(one.name(), one.type())).toList(),
            List.of(OutputField.value("out", 0)));
    return card(
        "wide",
        contract,
        List.of(timeless("wide", "key", all)),
        Optional.empty(),
        Optional.empty(),
        new GoldenRows(Schema.of(), List.of()));
  }

  /** A view by the key 'tail', which the contract cannot do without, and the feature 'built'. */
  public static ModelCard keyed() {
    Contract contract =
        new Contract(
            List.of(
                InputField.required("tail", DataType.STRING),
                InputField.required("built", DataType.INTEGER)),
            List.of(OutputField.value("out", 0)));
    Feature built = feature("built", DataType.INTEGER, new DefaultValue.None());
    return card(
        "keyed",
        contract,
        List.of(timeless("planes", "tail", List.of(built))),
        Optional.empty(),
        Optional.empty(),
        new GoldenRows(Schema.of(), List.of()));
  }

  private static FeatureView timeless(String name, String key, List<Feature> features) {
    return new FeatureView(
        name,
        Optional.empty(),
        Map.of(key, "id"),
        Optional.empty(),
        new Availability.AtEventTime(),
        Optional.empty(),
        FeatureView.Boundary.INCLUSIVE,
        List.of(),
        FeatureView.OnTie.REJECT,
        FeatureView.NullPolicy.LATEST_ROW,
        features);
  }

  /** Four floats in, three out, offered as one tensor each. */
  public static ModelCard iris() {
    return card(
        "iris",
        new Contract(
            List.of("sepal_length", "sepal_width", "petal_length", "petal_width").stream()
                .map(name -> optional(name, DataType.FLOAT))
                .toList(),
            List.of(
                OutputField.value("setosa", 0),
                OutputField.value("versicolor", 1),
                OutputField.value("virginica", 2))),
        List.of(),
        Optional.empty(),
        Optional.of(new Tensors("input-0", "output-0")),
        new GoldenRows(Schema.of(), List.of()));
  }

  /** A field whose missing values the transform sees. */
  public static InputField optional(String name, DataType type) {
    return new InputField(
        name,
        type,
        false,
        List.of(),
        OnMissing.PASS,
        Optional.empty(),
        Optional.empty(),
        OnInvalid.REJECT,
        OnUnknown.REJECT,
        Optional.empty());
  }

  private static Feature feature(String name, DataType type, DefaultValue defaultValue) {
    return new Feature(name, name, type, defaultValue);
  }

  private static GoldenRows golden() {
    Map<String, Object> row = new HashMap<>();
    row.put("carrier", "UA");
    row.put("distance", 719L); // as it came: a whole number for a double
    row.put("tail", "N12345");
    row.put("boarded", 1_385_787_600_000_000L);
    row.put("temp", 4.5);
    Schema schema =
        Schema.of(
            new Field("carrier", DataType.STRING),
            new Field("distance", DataType.LONG),
            new Field("tail", DataType.STRING),
            new Field("boarded", DataType.TIMESTAMP),
            new Field("temp", DataType.DOUBLE));
    return new GoldenRows(
        schema,
        List.of(
            new GoldenRow(Map.of("carrier", "ZZ"), List.of(), StageValues.filtered(), Map.of()),
            new GoldenRow(
                row,
                List.of(),
                StageValues.scored(new double[0], new float[0], new float[0]),
                Map.of())));
  }

  private static ModelCard card(
      String name,
      Contract contract,
      List<FeatureView> views,
      Optional<String> asOf,
      Optional<Tensors> tensors,
      GoldenRows golden) {
    BundleManifest manifest =
        new BundleManifest(
            name,
            "2013-11",
            Instant.parse("2013-11-30T05:00:00Z"),
            "onnx",
            1,
            Tolerance.DEFAULT,
            contract,
            contract.inputSchema().names(),
            views,
            FeatureStatistics.NONE,
            Map.of(),
            Map.of("source/model.zip", "aa", "golden.json", "bb"));
    return new ModelCard(
        manifest,
        DIGEST,
        List.of("champion"),
        true,
        RequestFields.of(manifest, asOf),
        tensors,
        golden);
  }
}
