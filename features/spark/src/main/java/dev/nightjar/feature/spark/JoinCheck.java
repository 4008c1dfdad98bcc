package dev.nightjar.feature.spark;

import dev.nightjar.config.Section;
import dev.nightjar.config.Suggestion;
import dev.nightjar.data.DataType;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds what stands against a join before a row is read. */
final class JoinCheck {
  private final StructType input;
  private final Optional<String> asOf;
  private final List<String> problems = new ArrayList<>();

  JoinCheck(StructType input, Optional<String> asOf) {
    this.input = input;
    this.asOf = asOf;
  }

  List<String> of(List<FeatureView> views, Map<String, StructType> tables) {
    if (views.stream().anyMatch(view -> !view.isStatic())) {
      asOfColumn(views);
    }
    names(views);
    for (FeatureView view : views) {
      StructType table = tables.get(view.name());
      if (table == null) {
        problems.add(
            "view '"
                + view.name()
                + "' has no table"
                + Suggestion.text(view.name(), tables.keySet()));
        continue;
      }
      keys(view, table);
      times(view, table);
      tieBreaks(view, table);
      features(view, table);
    }
    return List.copyOf(problems);
  }

  /** What stands against reading a view by itself: as for an input that has the view's own keys. */
  static List<String> ofView(FeatureView view, StructType table) {
    StructType input = new StructType();
    for (Map.Entry<String, String> key : view.keys().entrySet()) {
      // Of a column that the view lacks it is enough to say so once.
      org.apache.spark.sql.types.DataType type =
          Columns.field(table, key.getValue())
              .map(StructField::dataType)
              .orElse(DataTypes.LongType);
      input = input.add(key.getKey(), type, true);
    }
    JoinCheck check = new JoinCheck(input, Optional.empty());
    check.keys(view, table);
    check.times(view, table);
    check.tieBreaks(view, table);
    check.features(view, table);
    return List.copyOf(check.problems);
  }

  private void asOfColumn(List<FeatureView> views) {
    if (asOf.isEmpty()) {
      String names =
          String.join(
              ", ",
              views.stream().filter(v -> !v.isStatic()).map(v -> "'" + v.name() + "'").toList());
      problems.add(
          "the input names no as-of column, which views with event times need ("
              + names
              + "); set 'as-of' to the column of the time at which a row asks");
      return;
    }
    Optional<StructField> field = Columns.field(input, asOf.get());
    if (field.isEmpty()) {
      problems.add("the input has no as-of column '" + asOf.get() + "'" + among(asOf.get(), input));
    } else if (!field.get().dataType().equals(DataTypes.TimestampType)) {
      problems.add(
          "the input's as-of column '"
              + asOf.get()
              + "' is "
              + Columns.word(field.get().dataType())
              + " and must be timestamp; declare 'columns: {"
              + asOf.get()
              + ": timestamp}' for the input");
    }
  }

  private void names(List<FeatureView> views) {
    Map<String, String> taken = new HashMap<>();
    for (String name : input.fieldNames()) {
      taken.put(Columns.folded(name), "the input's column '" + name + "'");
    }
    Set<String> viewNames = new HashSet<>();
    for (FeatureView view : views) {
      if (!viewNames.add(view.name())) {
        problems.add("view '" + view.name() + "' is joined twice; name each view once");
        continue;
      }
      for (Feature feature : view.features()) {
        String thing = "feature '" + feature.name() + "' of view '" + view.name() + "'";
        if (feature.name().startsWith(ReservedColumns.PREFIX)) {
          problems.add(
              thing
                  + " begins with '"
                  + ReservedColumns.PREFIX
                  + "', which is kept for Nightjar's own columns; rename it, with 'column: "
                  + feature.column()
                  + "'");
        }
        String other = taken.putIfAbsent(Columns.folded(feature.name()), thing);
        if (other != null) {
          problems.add(
              thing
                  + " has the name of "
                  + other
                  + " (upper and lower case are one to Spark); rename the feature, with 'column: "
                  + feature.column()
                  + "'");
        }
      }
    }
  }

  private void keys(FeatureView view, StructType table) {
    view.keys()
        .forEach(
            (left, right) -> {
              Optional<StructField> ofInput = Columns.field(input, left);
              if (ofInput.isEmpty()) {
                problems.add(
                    "the input has no column '"
                        + left
                        + "', a key of view '"
                        + view.name()
                        + "'"
                        + among(left, input));
              }
              Optional<StructField> ofView = column(view, table, right, "a key");
              if (ofInput.isPresent() && ofView.isPresent()) {
                keyTypes(view, ofInput.get(), ofView.get());
              }
            });
  }

  private void keyTypes(FeatureView view, StructField ofInput, StructField ofView) {
    boolean inInput = isFloating(ofInput);
    if (inInput || isFloating(ofView)) {
      StructField field = inInput ? ofInput : ofView;
      problems.add(
          "key '"
              + field.name()
              + "' of view '"
              + view.name()
              + "' is "
              + Columns.word(field.dataType())
              + " in the "
              + (inInput ? "input" : "view")
              + "; floating-point numbers cannot be keys, since equal ones can differ in their"
              + " last digit: use a whole number or a string");
      return;
    }
    if (JoinKeys.common(ofInput.dataType(), ofView.dataType()).isEmpty()) {
      boolean viewIsText = ofView.dataType() instanceof StringType;
      StructField odd = viewIsText ? ofInput : ofView;
      problems.add(
          "key '"
              + ofInput.name()
              + "' of view '"
              + view.name()
              + "' is "
              + Columns.word(ofInput.dataType())
              + " in the input and "
              + Columns.word(ofView.dataType())
              + " in the view ('"
              + ofView.name()
              + "'), which do not compare without loss; declare 'columns: {"
              + odd.name()
              + ": string}' for the "
              + (viewIsText ? "input" : "view")
              + ", or one type for both");
    }
  }

  private static boolean isFloating(StructField field) {
    return field.dataType().equals(DataTypes.FloatType)
        || field.dataType().equals(DataTypes.DoubleType);
  }

  private void times(FeatureView view, StructType table) {
    view.eventTime().ifPresent(name -> time(view, table, name, "the event time"));
    if (view.availability() instanceof Availability.AtColumn at) {
      time(view, table, at.column(), "'available-at'");
    }
  }

  private void time(FeatureView view, StructType table, String name, String role) {
    column(view, table, name, role)
        .filter(field -> !field.dataType().equals(DataTypes.TimestampType))
        .ifPresent(
            field ->
                problems.add(
                    "column '"
                        + name
                        + "' of view '"
                        + view.name()
                        + "' ("
                        + role
                        + ") is "
                        + Columns.word(field.dataType())
                        + " and must be timestamp; declare 'columns: {"
                        + name
                        + ": timestamp}'"));
  }

  private void tieBreaks(FeatureView view, StructType table) {
    for (String name : view.tieBreak()) {
      column(view, table, name, "a tie-break")
          .filter(field -> !hasOrder(field.dataType()))
          .ifPresent(
              field ->
                  problems.add(
                      "column '"
                          + name
                          + "' of view '"
                          + view.name()
                          + "' (a tie-break) is "
                          + Columns.word(field.dataType())
                          + ", which has no order; use a number, a time or a string"));
    }
  }

  private static boolean hasOrder(org.apache.spark.sql.types.DataType type) {
    return Columns.isWhole(type)
        || type instanceof StringType
        || type instanceof DecimalType
        || type.equals(DataTypes.FloatType)
        || type.equals(DataTypes.DoubleType)
        || type.equals(DataTypes.BooleanType)
        || type.equals(DataTypes.DateType)
        || type.equals(DataTypes.TimestampType);
  }

  private void features(FeatureView view, StructType table) {
    for (Feature feature : view.features()) {
      Optional<StructField> field =
          column(view, table, feature.column(), "feature '" + feature.name() + "'");
      if (field.isEmpty() || feature.columnType().isEmpty()) {
        continue;
      }
      if (feature.aggregation().flatMap(of -> of.function().result()).isPresent()) {
        if (!isNumeric(field.get().dataType())) {
          problems.add(noNumber(view, feature, field.get()));
        }
      } else if (!Columns.isLossless(field.get().dataType(), feature.type())) {
        problems.add(wrongType(view, feature, field.get()));
      }
    }
  }

  private static boolean isNumeric(org.apache.spark.sql.types.DataType type) {
    return Columns.isWhole(type)
        || type instanceof DecimalType
        || type.equals(DataTypes.FloatType)
        || type.equals(DataTypes.DoubleType);
  }

  private static String read(FeatureView view, Feature feature, StructField field) {
    return "column '"
        + field.name()
        + "' of view '"
        + view.name()
        + "' is "
        + Columns.word(field.dataType())
        + " and feature '"
        + feature.name()
        + "'";
  }

  private static String noNumber(FeatureView view, Feature feature, StructField field) {
    return read(view, feature, field)
        + " takes its "
        + Section.word(feature.aggregation().orElseThrow().function())
        + ", which needs numbers; name another column, or take count, min, max or last";
  }

  private static String wrongType(FeatureView view, Feature feature, StructField field) {
    String type = feature.type().word();
    String have =
        DataType.of(Columns.word(field.dataType())).map(DataType::word).orElse("the table's type");
    return read(view, feature, field)
        + " is declared "
        + type
        + ", by which values could be lost; declare it "
        + have
        + ", or write the table with "
        + type;
  }

  private Optional<StructField> column(
      FeatureView view, StructType table, String name, String role) {
    Optional<StructField> field = Columns.field(table, name);
    if (field.isEmpty()) {
      problems.add(
          "the table of view '"
              + view.name()
              + "' has no column '"
              + name
              + "' ("
              + role
              + ")"
              + among(name, table));
    }
    return field;
  }

  private static String among(String name, StructType schema) {
    return Suggestion.text(name, List.of(schema.fieldNames()));
  }
}
