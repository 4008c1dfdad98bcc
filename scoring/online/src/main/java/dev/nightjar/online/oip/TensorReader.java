package dev.nightjar.online.oip;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.request.GivenRows;
import dev.nightjar.online.request.Mistakes;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.Shown;
import dev.nightjar.online.request.Tensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the tensors of one body. Not thread-safe. */
final class TensorReader {
  private final JsonParser in;
  private final ModelCard model;
  private final int mostRows;
  private final Mistakes mistakes = new Mistakes();
  private final List<GivenTensor> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> outputs = new LinkedHashSet<>();
  private Optional<String> id = Optional.empty();
  private boolean hasInputs;

  /**
   * A reader.
   *
   * @param in on the body's first token
   */
  TensorReader(JsonParser in, ModelCard model, int mostRows) {
    this.in = in;
    this.model = model;
    this.mostRows = mostRows;
  }

  /** Reads to the body's last token. */
  TensorReader read() throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw RequestException.malformed(
          "the body is no object; a request is {\"inputs\": [{\"name\": …, \"shape\": …,"
              + " \"datatype\": …, \"data\": …}, …]}");
    }
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      switch (name) {
        case "id" -> readId();
        case "inputs" -> readInputs();
        case "outputs" -> readOutputs();
        default -> in.skipChildren();
      }
    }
    return this;
  }

  private void readId() throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    id = Optional.ofNullable(GivenTensor.text(in, "the id", mistakes));
    if (id.filter(JsonBytes::isWellFormed).isEmpty() && id.isPresent()) {
      mistakes.add("the id has half a character (an unpaired surrogate); escape both halves");
    }
  }

  private void readInputs() throws IOException {
    hasInputs = true;
    if (in.currentToken() != JsonToken.START_ARRAY) {
      mistakes.add("inputs is no array; write an array of tensors");
      in.skipChildren();
      return;
    }
    // A matrix has a value for each input; a column of another field is never longer than its rows.
    int inputs = Math.max(1, model.manifest().contract().inputs().size());
    int most = (int) Math.min(Integer.MAX_VALUE, (long) mostRows * inputs);
    int place = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      Optional<GivenTensor> tensor = GivenTensor.read(in, place++, most, mistakes);
      if (tensor.isPresent() && !names.add(tensor.get().name())) {
        mistakes.add(tensor.get().called() + " stands twice in the inputs; send it once");
      } else {
        tensor.ifPresent(tensors::add);
      }
    }
    if (place == 0) {
      mistakes.add("inputs is empty; send a tensor for each input of the model");
    }
  }

  private void readOutputs() throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      mistakes.add("outputs is no array; write [{\"name\": …}, …], or leave it out to get all");
      in.skipChildren();
      return;
    }
    List<String> known = OutputTensors.names(model);
    for (int place = 0; in.nextToken() != JsonToken.END_ARRAY; place++) {
      Optional<String> name = readOutput(place);
      if (name.isPresent() && !known.contains(name.get())) {
        mistakes.add(
            "the output '"
                + Shown.piece(name.get())
                + "' is none of the model '"
                + model.name()
                + "'"
                + GivenRows.meant(name.get(), known));
      } else {
        name.ifPresent(outputs::add);
      }
    }
  }

  private Optional<String> readOutput(int place) throws IOException {
    Optional<String> name = Optional.empty();
    boolean isNamed = false;
    if (in.currentToken() == JsonToken.START_OBJECT) {
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean isName = in.currentName().equals("name");
        in.nextToken();
        if (isName) {
          isNamed = true;
          name = Optional.ofNullable(GivenTensor.text(in, "outputs[" + place + "].name", mistakes));
        } else {
          in.skipChildren();
        }
      }
    } else {
      in.skipChildren();
    }
    if (!isNamed) {
      mistakes.add("outputs[" + place + "] has no name; write {\"name\": …}");
    }
    return name;
  }

  /** What was read, if it will do. */
  TensorRequest request() {
    if (!hasInputs) {
      mistakes.add("the body has no inputs; send a tensor for each input of the model");
    }
    mistakes.refuseAny();
    Optional<GivenTensor> matrix = matrix();
    GivenRows rows = new GivenRows(model, mistakes, (row, field) -> GivenTensor.called(field));
    TensorRows given = new TensorRows(model, mostRows, mistakes, rows);
    matrix.ifPresentOrElse(given::addMatrix, () -> tensors.forEach(given::addColumn));
    List<String> asked =
        outputs.isEmpty()
            ? OutputTensors.whenNoneAreAsked(model, matrix.isPresent())
            : List.copyOf(outputs);
    return new TensorRequest(id, rows.resolve(given.rows()), asked, matrix.isPresent());
  }

  private Optional<GivenTensor> matrix() {
    Optional<String> name = model.tensors().map(Tensors::input);
    Optional<GivenTensor> matrix =
        tensors.stream()
            .filter(tensor -> name.filter(tensor.name()::equals).isPresent())
            .findFirst();
    // A model of one input may call the tensor as the input: then both are the same.
    boolean isColumn =
        matrix
            .filter(
                tensor ->
                    model.fields().find(tensor.name()).isPresent()
                        && (tensor.shape().size() == 1 || tensors.size() > 1))
            .isPresent();
    if (isColumn) {
      return Optional.empty();
    }
    if (matrix.isPresent() && tensors.size() > 1) {
      throw RequestException.malformed(
          matrix.get().called()
              + " has all inputs of the model, and "
              + (tensors.size() - 1)
              + " more tensors stand beside it; send it alone, or one tensor for each input");
    }
    return matrix;
  }
}
