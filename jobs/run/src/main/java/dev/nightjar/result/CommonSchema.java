package dev.nightjar.result;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The schema of several intervals read together. A later result may have more columns than an
 * earlier one, whose rows then have nulls there. A column that went away, or changed its type,
 * would turn into silent nulls, so it is an error. Later means published later: intervals are run
 * again in any order.
 */
final class CommonSchema {
  private final Map<String, Column> columns = new LinkedHashMap<>();

  private record Column(StructField field, Manifest first) {}

  private CommonSchema() {}

  static StructType of(List<Manifest> manifests, Content content) {
    List<Manifest> ordered = new ArrayList<>(manifests);
    ordered.sort(Comparator.comparing(Manifest::created).thenComparing(Manifest::interval));
    CommonSchema common = new CommonSchema();
    ordered.forEach(manifest -> common.add(manifest, content.schema(manifest)));
    return new StructType(
        common.columns.values().stream().map(Column::field).toArray(StructField[]::new));
  }

  private void add(Manifest manifest, StructType schema) {
    Map<String, StructField> fields = new LinkedHashMap<>();
    for (StructField field : schema.fields()) {
      fields.put(field.name(), field);
    }
    columns.forEach((name, column) -> requireSame(column, manifest, fields.get(name)));
    // What a file lacks is read as null, whatever the schema of its writer said.
    fields.forEach(
        (name, field) -> columns.putIfAbsent(name, new Column(nullable(field), manifest)));
  }

  private static void requireSame(Column column, Manifest manifest, @Nullable StructField field) {
    String before = sql(column.field());
    if (field == null) {
      throw differing(column, manifest, "is " + before + " in", "and missing in");
    }
    if (!column.field().dataType().equals(nullable(field).dataType())) {
      throw differing(column, manifest, "is " + before + " in", "and " + sql(field) + " in");
    }
  }

  private static String sql(StructField field) {
    return field.dataType().sql();
  }

  private static StructField nullable(StructField field) {
    return new StructField(field.name(), field.dataType().asNullable(), true, field.metadata());
  }

  private static ResultException differing(
      Column column, Manifest manifest, String in, String and) {
    return new ResultException(
        "column",
        column.field().name(),
        String.join(
            " ", in, "interval", column.first().interval(), and, "interval", manifest.interval()),
        "read the intervals apart, or run one of them again");
  }
}
