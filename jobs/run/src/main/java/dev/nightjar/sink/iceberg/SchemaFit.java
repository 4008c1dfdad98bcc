package dev.nightjar.sink.iceberg;

import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.TableSink;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The columns of a table held against those of rows: equal ones fit, new ones are added and
 * narrower ones widened, as Iceberg promotes types; all else would change what readers have read.
 */
final class SchemaFit {
  private final List<NestedField> added = new ArrayList<>();
  private final List<NestedField> widened = new ArrayList<>();
  private final List<String> misfits = new ArrayList<>();

  private SchemaFit() {}

  /**
   * Compares.
   *
   * @param rows without the column of the interval
   */
  static SchemaFit of(Schema table, Schema rows) {
    SchemaFit fit = new SchemaFit();
    for (NestedField wanted : rows.columns()) {
      fit.add(table.findField(wanted.name()), wanted);
    }
    for (NestedField there : table.columns()) {
      if (rows.findField(there.name()) == null && !there.name().equals(TableSink.INTERVAL)) {
        fit.misfits.add("the column '" + there.name() + "' is not written any more");
      }
    }
    return fit;
  }

  private void add(@org.jspecify.annotations.Nullable NestedField there, NestedField wanted) {
    if (there == null) {
      added.add(wanted);
      return;
    }
    Type from = there.type();
    Type to = wanted.type();
    // Ids within lists and structs are the table's own and say nothing here.
    if (from.toString().equals(to.toString()) || isPromotion(to, from)) {
      return;
    }
    if (isPromotion(from, to)) {
      widened.add(wanted);
    } else {
      misfits.add(
          "the column '" + wanted.name() + "' is " + from + " in the table and " + to + " now");
    }
  }

  private static boolean isPromotion(Type from, Type to) {
    return to.isPrimitiveType() && TypeUtil.isPromotionAllowed(from, to.asPrimitiveType());
  }

  /** Refuses rows that do not fit. */
  void require(String table) {
    if (!misfits.isEmpty()) {
      throw new SinkException.Misfit(
          "table",
          table,
          "does not take these rows: " + String.join("; ", misfits),
          "change the table (alter table … drop column), or publish to another one");
    }
  }

  boolean isEqual() {
    return added.isEmpty() && widened.isEmpty();
  }

  /** Widens the table. */
  void apply(UpdateSchema update) {
    added.forEach(field -> update.addColumn(field.name(), field.type()));
    widened.forEach(field -> update.updateColumn(field.name(), field.type().asPrimitiveType()));
    update.commit();
  }
}
