package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.contract.Rejection;
import dev.nightjar.run.RowExplanation;
import dev.nightjar.run.RowExplanation.Change;
import dev.nightjar.run.RowExplanation.Computed;
import dev.nightjar.run.RowExplanation.OfRow;
import dev.nightjar.run.RowExplanation.OfView;
import dev.nightjar.run.RowExplanation.Published;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An explained row as JSON. Numbers that are not finite are texts. */
final class RowJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double MILLIS = 1_000.0;

  private RowJson() {}

  static ObjectNode of(RowExplanation told) {
    ObjectNode node = JSON.createObjectNode();
    node.put("job", told.job());
    node.put("interval", told.interval());
    node.set("key", JSON.valueToTree(told.key()));
    node.put("attempt", told.attempt());
    ObjectNode bundle = node.putObject("bundle");
    bundle.put("label", told.by().label());
    bundle.put("digest", told.by().bundle());
    bundle.put("engine", told.by().engine());
    bundle.put("device", told.by().device());
    node.set("notes", JSON.valueToTree(told.notes()));
    ArrayNode changes = node.putArray("changes");
    for (Change change : told.changes()) {
      ObjectNode one = changes.addObject();
      one.put("what", change.what());
      one.put("then", change.then());
      one.put("now", change.now());
    }
    node.put("as-published", told.isAsPublished());
    ArrayNode rows = node.putArray("rows");
    told.rows().forEach(row -> add(rows.addObject(), row));
    return node;
  }

  private static void add(ObjectNode node, OfRow row) {
    Computed computed = row.computed();
    if (computed != null) {
      add(node.putObject("computed"), computed);
    }
    Published published = row.published();
    if (published != null) {
      ObjectNode one = node.putObject("published");
      one.put("outcome", published.outcome().word());
      add(one, published.rejection());
      one.set("flags", JSON.valueToTree(published.flags()));
      add(one.putObject("outputs"), published.outputs());
      one.put("run", published.run());
      one.put("bundle", published.bundle());
    }
    node.put("difference", row.difference().orElse(null));
  }

  private static void add(ObjectNode node, Computed row) {
    add(node.putObject("input"), row.input());
    node.put("as-of", row.asOf() == null ? null : row.asOf().toString());
    ArrayNode views = node.putArray("views");
    row.views().forEach(view -> add(views.addObject(), view));
    add(node.putObject("joined"), row.joined());
    node.set("flags", JSON.valueToTree(row.flags()));
    add(node.putObject("transform"), row.transformed());
    add(node.putObject("normalize"), row.normalized());
    ArrayNode model = node.putArray("model");
    row.activations().forEach(unit -> model.add(JSON.valueToTree(shown(unit))));
    add(node.putObject("post"), row.outputs());
    node.set("decisions", JSON.valueToTree(row.decisions()));
    node.put("outcome", row.outcome().word());
    add(node, row.rejection());
  }

  private static void add(ObjectNode node, OfView view) {
    node.put("view", view.view());
    node.put("standing", view.standing());
    node.put("why", view.why());
    node.put("event-time", view.eventTime() == null ? null : view.eventTime().toString());
    node.put("available", view.available() == null ? null : view.available().toString());
    if (view.age() != null) {
      node.put("age-seconds", view.age().toMillis() / MILLIS);
    }
    add(node.putObject("features"), view.features());
    node.set("defaults", JSON.valueToTree(view.defaults()));
  }

  private static void add(ObjectNode node, Optional<Rejection> rejection) {
    if (rejection.isPresent()) {
      ObjectNode why = node.putObject("rejection");
      why.put("stage", rejection.get().stage().word());
      why.put("field", rejection.get().field());
      why.put("reason", rejection.get().reason());
    }
  }

  /** Adds values as {@link RowExplanation} tells them. */
  static void add(ObjectNode node, Map<String, ? extends @Nullable Object> values) {
    values.forEach((name, value) -> node.set(name, JSON.valueToTree(shown(value))));
  }

  private static @Nullable Object shown(@Nullable Object value) {
    if (value instanceof Float f) {
      return Float.isFinite(f) ? new BigDecimal(f.toString()) : (Object) f.toString();
    }
    if (value instanceof Double d) {
      return Double.isFinite(d) ? d : (Object) d.toString();
    }
    return value == null
            || value instanceof Number
            || value instanceof Boolean
            || value instanceof String
        ? value
        : value.toString();
  }
}
