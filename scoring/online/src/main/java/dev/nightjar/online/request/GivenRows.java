package dev.nightjar.online.request;

import dev.nightjar.config.Suggestion;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.ColumnBuilder;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.online.request.RequestFields.RequestField;
import dev.nightjar.online.request.RequestedRows.Part;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of one request name, in whatever form, until it is known whether that will do: then
 * {@link #resolve} makes columns of it. Not thread-safe.
 */
public final class GivenRows {
  /** Each other set of features is looked up and scored for itself. */
  private static final int MOST_PARTS = 32;

  private static final int MOST_NAMES = 12;

  /** Of a field that no row names. */
  private static final Values NOTHING = new Values();

  private final ModelCard model;
  private final RequestFields fields;
  private final Mistakes mistakes;
  private final Place place;
  private final Map<String, Values> given = new LinkedHashMap<>();
  private final Set<String> unusable = new HashSet<>();

  /** How a form calls the value of a field in a row. */
  @FunctionalInterface
  public interface Place {
    String of(int row, String field);
  }

  /** The values of one field: null as well where a row does not name it. */
  private static final class Values {
    private final List<@Nullable Object> values = new ArrayList<>();
    private final BitSet present = new BitSet();
    private @Nullable DataType type;
  }

  public GivenRows(ModelCard model, Mistakes mistakes, Place place) {
    this.model = model;
    this.fields = model.fields();
    this.mistakes = mistakes;
    this.place = place;
  }

  /** The field of that name; where there is none, that is noted as a mistake. */
  public Optional<RequestField> field(int row, String name) {
    Optional<RequestField> field = fields.find(name);
    if (field.isEmpty()) {
      mistakes.add(
          place.of(row, Shown.piece(name))
              + ": the model '"
              + model.name()
              + "' has no such field"
              + meant(name, fields.names()));
    }
    return field;
  }

  /** What may have been meant, or what there is, of which not all where that is much. */
  public static String meant(String name, List<String> known) {
    return known.size() <= MOST_NAMES || Suggestion.nearest(name, known).isPresent()
        ? Suggestion.text(name, known)
        : "; there are " + known.size() + ", among them " + String.join(", ", known.subList(0, 4));
  }

  /**
   * Takes a value.
   *
   * @param row not before the last one that was given of the field
   * @param type of the value; null where it is null and the field's own type is not known
   * @param value boxed as a column of the type boxes it; null where it is missing
   */
  public void put(int row, RequestField field, @Nullable DataType type, @Nullable Object value) {
    Values values = given.computeIfAbsent(field.name(), name -> new Values());
    boolean isOfAnother = false;
    if (values.type != null && type != null && values.type != type) {
      isOfAnother = true;
      mistakes.add(
          place.of(row, field.name())
              + ": a key is of one type in all rows of a request, and this one is a "
              + type.word()
              + " where an earlier one is a "
              + values.type.word()
              + "; write them alike");
    }
    values.type = values.type == null ? type : values.type;
    while (values.values.size() < row) {
      values.values.add(null);
    }
    values.values.add(isOfAnother ? null : value);
    values.present.set(row);
  }

  /** Notes a mistake of a field that was given, and of which no value can be taken. */
  public void refuse(RequestField field, String mistake) {
    mistakes.add(mistake);
    unusable.add(field.name());
  }

  /**
   * The rows as columns. A field that no row names and that may be absent is a column of nulls; a
   * feature is a column of those rows alone that name it.
   *
   * @param rows how many there are
   * @throws RequestException with this and every mistake before, when a row lacks what the contract
   *     or the look-up of its features needs
   */
  public RequestedRows resolve(int rows) {
    List<Integer> all = IntStream.range(0, rows).boxed().toList();
    requireAll(all);
    Map<BitSet, List<Integer>> bySet = new LinkedHashMap<>();
    List<RequestField> features =
        fields.all().stream().filter(field -> field.view().isPresent()).toList();
    for (int row = 0; row < rows; row++) {
      BitSet brought = new BitSet(features.size());
      for (int i = 0; i < features.size(); i++) {
        brought.set(i, isPresent(row, features.get(i).name()));
      }
      bySet.computeIfAbsent(brought, set -> new ArrayList<>()).add(row);
    }
    if (bySet.size() > MOST_PARTS) {
      mistakes.add(
          "the rows bring "
              + bySet.size()
              + " different sets of features, and at most "
              + MOST_PARTS
              + " are taken at once; send them in several requests");
      mistakes.refuseAny();
    }
    List<Part> parts = new ArrayList<>();
    bySet.forEach(
        (set, places) -> {
          Set<String> brought = new LinkedHashSet<>();
          set.stream().forEach(i -> brought.add(features.get(i).name()));
          Set<String> keys = keysOfLookUps(brought, places);
          parts.add(part(brought, keys, places));
        });
    mistakes.refuseAny();
    return new RequestedRows(parts);
  }

  private boolean isPresent(int row, String name) {
    Values values = given.get(name);
    return values != null && values.present.get(row);
  }

  private void requireAll(List<Integer> rows) {
    for (RequestField field : fields.all()) {
      if (fields.asOf().filter(field.name()::equals).isPresent()) {
        require(
            field.name(), rows, "it is the time at which a row asks; write a time with its offset");
      } else if (field.isRequired()) {
        require(
            field.name(),
            rows,
            "the contract rejects a row without it; name it, and write null where it is missing");
      }
    }
  }

  private void require(String name, List<Integer> rows, String why) {
    if (unusable.contains(name)) {
      return;
    }
    List<Integer> without = rows.stream().filter(row -> !isPresent(row, name)).toList();
    if (!without.isEmpty()) {
      String first = place.of(without.get(0), name);
      boolean isOfAll = first.equals(place.of(without.get(without.size() - 1), name));
      mistakes.add(
          first
              + " is absent"
              + (isOfAll ? "" : ", as in " + (without.size() - 1) + " more rows")
              + "; "
              + why);
    }
  }

  private Set<String> keysOfLookUps(Set<String> brought, List<Integer> places) {
    Set<String> keys = new LinkedHashSet<>();
    for (FeatureView view : fields.views()) {
      List<String> names = view.features().stream().map(Feature::name).toList();
      if (brought.containsAll(names)) {
        continue;
      }
      for (String key : view.keys().keySet()) {
        if (keys.add(key)) {
          require(
              key,
              places,
              "the view '"
                  + view.name()
                  + "' is looked up by it for who does not bring all of "
                  + String.join(", ", names));
          refuseFloating(key, places.get(0));
        }
      }
    }
    return keys;
  }

  private void refuseFloating(String key, int row) {
    Values values = given.get(key);
    if (values != null && values.type != null && values.type.isFloating()) {
      mistakes.add(
          place.of(row, key)
              + ": a "
              + values.type.word()
              + " is no key, since fractions match nothing reliably; send a whole number or a"
              + " text");
    }
  }

  private Part part(Set<String> brought, Set<String> keys, List<Integer> places) {
    List<Field> schema = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (RequestField field : fields.all()) {
      boolean isColumn =
          field.view().isPresent()
              ? brought.contains(field.name())
              : field.input().isPresent()
                  || keys.contains(field.name())
                  || fields.asOf().filter(field.name()::equals).isPresent();
      if (isColumn) {
        Column column = column(field, places);
        schema.add(new Field(field.name(), column.type()));
        columns.add(column);
      }
    }
    return new Part(new ColumnBatch(Schema.of(schema), columns, places.size()), places);
  }

  private Column column(RequestField field, List<Integer> places) {
    Values values = given.getOrDefault(field.name(), NOTHING);
    DataType type = values.type == null ? field.type().orElse(DataType.STRING) : values.type;
    ColumnBuilder column = new ColumnBuilder(type);
    for (int row : places) {
      column.add(row < values.values.size() ? values.values.get(row) : null);
    }
    return column.build();
  }
}
