package dev.nightjar.online.oip;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.online.request.RequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The data of one tensor as they stand in JSON: a datatype may come behind them. Not thread-safe.
 */
final class TensorData {
  private static final int DEEPEST = 64;
  private static final int UNSEEN = -1;

  private final List<@Nullable Object> values = new ArrayList<>();
  private final int[] lengths = new int[DEEPEST];
  private final int most;
  private int depth;
  private int depthOfValues = UNSEEN;
  private Optional<String> wrong = Optional.empty();

  /** A number as it is written. */
  record Digits(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  private TensorData(int most) {
    this.most = most;
    Arrays.fill(lengths, UNSEEN);
  }

  /**
   * Reads data.
   *
   * @param in on the value of {@code data}; left on its last token
   * @param most how many values there may be
   * @throws RequestException when there are more
   */
  static TensorData read(JsonParser in, int most) throws IOException {
    TensorData data = new TensorData(most);
    if (in.currentToken() == JsonToken.START_ARRAY) {
      data.readArray(in, 0);
    } else {
      data.wrong = Optional.of("are no array");
      in.skipChildren();
    }
    return data;
  }

  private void readArray(JsonParser in, int level) throws IOException {
    depth = Math.max(depth, level + 1);
    int length = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      length++;
      switch (in.currentToken()) {
        case START_ARRAY -> {
          if (depthOfValues == level) {
            wrong = Optional.of("have values beside arrays");
          }
          readArray(in, level + 1);
        }
        case START_OBJECT -> {
          wrong = Optional.of("hold an object");
          in.skipChildren();
        }
        default -> readValue(in, level);
      }
    }
    if (lengths[level] != UNSEEN && lengths[level] != length) {
      wrong = Optional.of("are nested in arrays of different lengths");
    }
    lengths[level] = length;
  }

  private void readValue(JsonParser in, int level) throws IOException {
    if ((depthOfValues != UNSEEN && depthOfValues != level) || lengths[level + 1] != UNSEEN) {
      wrong = Optional.of("have values beside arrays");
    }
    depthOfValues = level;
    if (values.size() == most) {
      throw new RequestException(
          RequestException.Kind.TOO_LARGE,
          "a tensor has more than "
              + most
              + " values, which are more than the rows of one request can have; send fewer rows at"
              + " once");
    }
    values.add(
        switch (in.currentToken()) {
          case VALUE_NULL -> null;
          case VALUE_TRUE -> true;
          case VALUE_FALSE -> false;
          case VALUE_STRING -> in.getText();
          default -> new Digits(in.getText());
        });
  }

  /** The values, row by row: Boolean, String or {@link Digits}; null for null. */
  List<@Nullable Object> values() {
    return values;
  }

  /**
   * Why they are no tensor of a shape; empty where they are one, nested as the shape says or flat.
   *
   * @param shape dimensions from 0 on
   */
  Optional<String> against(List<Long> shape) {
    if (wrong.isPresent()) {
      return wrong;
    }
    if (depth > 1) {
      List<Long> nested = Arrays.stream(lengths, 0, depth).mapToObj(Long::valueOf).toList();
      // Of [[], []] nobody sees how long further dimensions are.
      return nested.equals(shape)
          ? Optional.empty()
          : Optional.of("are nested as " + nested + ", not as the shape " + shape);
    }
    Optional<Long> count = product(shape);
    return count.isPresent() && count.get() == values.size()
        ? Optional.empty()
        : Optional.of(
            "are "
                + values.size()
                + " values, and the shape "
                + shape
                + " has "
                + count.map(Object::toString).orElse("more than can be counted"));
  }

  /** How many values a shape has; empty when no long holds that. */
  private static Optional<Long> product(List<Long> shape) {
    if (shape.contains(0L)) {
      return Optional.of(0L);
    }
    long product = 1;
    for (long dimension : shape) {
      if (Math.multiplyHigh(product, dimension) != 0 || product * dimension < 0) {
        return Optional.empty();
      }
      product *= dimension;
    }
    return Optional.of(product);
  }
}
