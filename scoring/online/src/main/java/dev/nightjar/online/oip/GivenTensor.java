package dev.nightjar.online.oip;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.config.Suggestion;
import dev.nightjar.online.json.ExactNumbers;
import dev.nightjar.online.request.Mistakes;
import dev.nightjar.online.request.Shown;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One tensor of a request, as much as its shape.
 *
 * @param shape with as many values as there are data
 * @param values row by row, as {@link TensorData#values} has them
 */
record GivenTensor(
    String name, Datatype datatype, List<Long> shape, List<@Nullable Object> values) {
  private static final int MOST_DIMENSIONS = 8;
  private static final List<String> PARTS = List.of("name", "shape", "datatype", "data");

  /** What of a tensor has been read; the order of its parts is open. */
  private static final class Parts {
    private final Set<String> seen = new HashSet<>();
    private @Nullable String name;
    private @Nullable String datatype;
    private @Nullable List<Long> shape;
    private @Nullable TensorData data;
  }

  /**
   * Reads a tensor.
   *
   * @param in on the tensor; left on its last token
   * @param place of the tensor among the inputs, from 0
   * @param most how many values it may have
   * @return empty where it is none, which has been noted
   */
  static Optional<GivenTensor> read(JsonParser in, int place, int most, Mistakes mistakes)
      throws IOException {
    String at = "inputs[" + place + "]";
    if (in.currentToken() != JsonToken.START_OBJECT) {
      mistakes.add(
          at + " is no object; write {\"name\": …, \"shape\": …, \"datatype\": …, \"data\": …}");
      in.skipChildren();
      return Optional.empty();
    }
    Parts parts = new Parts();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String part = in.currentName();
      in.nextToken();
      parts.seen.add(part);
      switch (part) {
        case "name" -> parts.name = text(in, at + ".name", mistakes);
        case "datatype" -> parts.datatype = text(in, at + ".datatype", mistakes);
        case "shape" -> parts.shape = shape(in, at + ".shape", mistakes);
        case "data" -> parts.data = TensorData.read(in, most);
        default -> in.skipChildren();
      }
    }
    return whole(parts, at, mistakes);
  }

  /** A text of a request; null where it is none, which has been noted. */
  static @Nullable String text(JsonParser in, String at, Mistakes mistakes) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_STRING) {
      return in.getText();
    }
    mistakes.add(at + " is no text; write it in quotes");
    in.skipChildren();
    return null;
  }

  private static @Nullable List<Long> shape(JsonParser in, String at, Mistakes mistakes)
      throws IOException {
    List<Long> shape = new ArrayList<>();
    if (in.currentToken() != JsonToken.START_ARRAY) {
      mistakes.add(at + " is no array of whole numbers, such as [2, 4]");
      in.skipChildren();
      return null;
    }
    boolean isSound = true;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      OptionalLong dimension =
          in.currentToken() == JsonToken.VALUE_NUMBER_INT
              ? ExactNumbers.whole(in.getText())
              : OptionalLong.empty();
      if (isSound && (dimension.isEmpty() || dimension.getAsLong() < 0)) {
        isSound = false;
        mistakes.add(
            at
                + ": "
                + (in.currentToken().isScalarValue() ? Shown.piece(in.getText()) : "an array")
                + " is no dimension; write whole numbers from 0 to "
                + Long.MAX_VALUE);
      }
      in.skipChildren();
      if (isSound && shape.size() == MOST_DIMENSIONS) {
        isSound = false;
        mistakes.add(
            at + " has more than " + MOST_DIMENSIONS + " dimensions; no input has so many");
      }
      if (isSound) {
        shape.add(dimension.getAsLong());
      }
    }
    return isSound ? shape : null;
  }

  private static Optional<GivenTensor> whole(Parts parts, String at, Mistakes mistakes) {
    String called = parts.name == null ? at : "the input '" + Shown.piece(parts.name) + "'";
    List<String> absent = PARTS.stream().filter(part -> !parts.seen.contains(part)).toList();
    if (!absent.isEmpty()) {
      mistakes.add(
          called
              + " has no "
              + String.join(" and no ", absent)
              + "; a tensor has a name, a shape, a datatype and data");
    }
    String name = parts.name;
    String word = parts.datatype;
    List<Long> shape = parts.shape;
    TensorData data = parts.data;
    Optional<Datatype> datatype = Optional.ofNullable(word).flatMap(Datatype::of);
    if (word != null && datatype.isEmpty()) {
      mistakes.add(
          called
              + " has the datatype "
              + Shown.text(word)
              + ", which the protocol does not have"
              + Suggestion.text(word, Datatype.names()));
    }
    if (name == null || datatype.isEmpty() || shape == null || data == null) {
      return Optional.empty();
    }
    Optional<String> wrong = data.against(shape);
    wrong.ifPresent(
        why ->
            mistakes.add("the data of " + called + " " + why + "; send as many as the shape says"));
    return wrong.isPresent()
        ? Optional.empty()
        : Optional.of(new GivenTensor(name, datatype.get(), shape, data.values()));
  }

  /** How messages call it. */
  String called() {
    return called(name);
  }

  static String called(String name) {
    return "the input '" + Shown.piece(name) + "'";
  }
}
