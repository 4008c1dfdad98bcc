package dev.nightjar.online.oip;

import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.InputField;
import dev.nightjar.data.DataType;
import dev.nightjar.online.json.ExactNumbers;
import dev.nightjar.online.oip.Datatype.Element;
import dev.nightjar.online.request.GivenRows;
import dev.nightjar.online.request.Mistakes;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestFields.RequestField;
import dev.nightjar.online.request.Shown;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The rows that the tensors of one request are. Not thread-safe. */
final class TensorRows {
  private final ModelCard model;
  private final int mostRows;
  private final Mistakes mistakes;
  private final GivenRows given;
  private Optional<GivenTensor> first = Optional.empty();
  private int rows;

  TensorRows(ModelCard model, int mostRows, Mistakes mistakes, GivenRows given) {
    this.model = model;
    this.mostRows = mostRows;
    this.mistakes = mistakes;
    this.given = given;
  }

  int rows() {
    return rows;
  }

  /** Takes a tensor [rows] or [rows, 1] of one field. */
  void addColumn(GivenTensor tensor) {
    Optional<RequestField> field = given.field(0, tensor.name());
    if (field.isEmpty()) {
      return;
    }
    List<Long> shape = tensor.shape();
    if (shape.size() != 1 && !(shape.size() == 2 && shape.get(1) == 1)) {
      given.refuse(
          field.get(),
          tensor.called()
              + " has the shape "
              + shape
              + "; the values of a field are [rows] or [rows, 1]");
      return;
    }
    Optional<String> uneven = uneven(tensor, tensor.values().size());
    if (uneven.isPresent()) {
      given.refuse(field.get(), uneven.get());
    } else {
      add(tensor, field.get(), 0, 1);
    }
  }

  /** Takes a tensor [rows, inputs] of all inputs of the contract. */
  void addMatrix(GivenTensor tensor) {
    List<InputField> inputs = model.manifest().contract().inputs();
    List<Long> shape = tensor.shape();
    if (shape.size() != 2 || shape.get(1) != inputs.size()) {
      mistakes.add(
          tensor.called()
              + " has the shape "
              + shape
              + "; the rows of this model are [rows, "
              + inputs.size()
              + "]: "
              + String.join(", ", inputs.stream().map(InputField::name).limit(8).toList())
              + (inputs.size() > 8 ? ", …" : ""));
      return;
    }
    Optional<String> uneven = uneven(tensor, tensor.values().size() / inputs.size());
    uneven.ifPresent(mistakes::add);
    if (uneven.isEmpty()) {
      for (int i = 0; i < inputs.size(); i++) {
        add(tensor, model.fields().find(inputs.get(i).name()).orElseThrow(), i, inputs.size());
      }
    }
  }

  /** What is wrong with a tensor that has not as many rows as the first; empty where it has. */
  private Optional<String> uneven(GivenTensor tensor, int count) {
    if (count > mostRows) {
      throw new RequestException(
          RequestException.Kind.TOO_LARGE,
          tensor.called()
              + " has "
              + count
              + " rows, and a request has at most "
              + mostRows
              + "; send the others in further requests");
    }
    if (first.isEmpty()) {
      first = Optional.of(tensor);
      rows = count;
    }
    return count == rows
        ? Optional.empty()
        : Optional.of(
            tensor.called()
                + " has "
                + count
                + " rows and "
                + first.get().called()
                + " "
                + rows
                + "; all tensors of a request have the same rows");
  }

  /** Takes every so-manyth value of a tensor, from the place on, as the values of a field. */
  private void add(GivenTensor tensor, RequestField field, int from, int step) {
    Datatype datatype = tensor.datatype();
    if (!isPossible(datatype, field)) {
      given.refuse(
          field,
          tensor.called()
              + " has the datatype "
              + datatype
              + ", which cannot become the "
              + word(field)
              + " that the field '"
              + field.name()
              + "' is; send "
              + field.type().map(Datatype::of).orElse(Datatype.BYTES)
              + (field.type().filter(type -> type == DataType.TIMESTAMP).isPresent()
                  ? " in ISO-8601 with an offset, or INT64 in microseconds since 1970"
                  : ""));
      return;
    }
    boolean isTime = field.type().filter(type -> type == DataType.TIMESTAMP).isPresent();
    for (int row = 0; row < rows; row++) {
      int place = from + row * step;
      Object scalar = tensor.values().get(place);
      Element element = scalar == null ? MISSING : datatype.element(scalar);
      if (isTime && element.value() instanceof String text) {
        element = time(text);
      }
      if (element.wrong().isPresent()) {
        mistakes.add(
            tensor.called()
                + ", value "
                + place
                + " (0 is the first): "
                + (scalar instanceof String text ? Shown.text(text) : Shown.piece("" + scalar))
                + " is no "
                + (isTime ? "time" : datatype.name())
                + ": "
                + element.wrong().get());
      }
      given.put(row, field, isTime ? DataType.TIMESTAMP : datatype.column(), element.value());
    }
  }

  private static final Element MISSING = new Element(null, Optional.empty());

  private static boolean isPossible(Datatype datatype, RequestField field) {
    DataType column = datatype.column();
    return field
        .type()
        .map(
            type ->
                type == DataType.TIMESTAMP
                    ? column == DataType.STRING || column == DataType.LONG
                    : Conversion.isPossible(column, type))
        .orElse(true);
  }

  private static String word(RequestField field) {
    return field
        .input()
        .map(InputField::typeWord)
        .orElse(field.type().map(DataType::word).orElse("key"));
  }

  /** An empty text is missing, as the contract has it for all types but texts. */
  private static Element time(String text) {
    if (text.isBlank()) {
      return MISSING;
    }
    OptionalLong micros = ExactNumbers.micros(text.strip());
    @Nullable Object value = micros.isPresent() ? (Object) micros.getAsLong() : null;
    return new Element(
        value,
        value == null
            ? Optional.of(
                "write ISO-8601 with an offset, such as 2013-11-30T05:00:00Z, or INT64 in"
                    + " microseconds since 1970")
            : Optional.empty());
  }
}
