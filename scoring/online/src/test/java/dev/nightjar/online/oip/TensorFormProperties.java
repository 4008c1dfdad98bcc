package dev.nightjar.online.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.Column;
import dev.nightjar.data.DataType;
import dev.nightjar.online.request.Cards;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is written by hand is read back value for value, nested or flat. */
class TensorFormProperties {
  private static final TensorForm FORM = new TensorForm(RequestLimits.DEFAULT);

  @Property(tries = 200)
  void each_datatype_is_read_back_value_for_value(
      @ForAll Datatype datatype, @ForAll Random random) {
    int rows = random.nextInt(20);
    List<Object> values = new ArrayList<>();
    List<String> written = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Object value = random.nextInt(5) == 0 ? null : value(datatype, random);
      values.add(value);
      written.add(value == null ? "null" : json(value, random));
    }
    DataType type = datatype.column();
    ModelCard model =
        Cards.plain(
            "any", List.of(InputField.required("a b", type)), List.of(OutputField.value("out", 0)));
    String flat = "[" + String.join(",", written) + "]";
    String nested =
        written.stream().map(text -> "[" + text + "]").collect(Collectors.joining(",", "[", "]"));

    // Of no rows nobody sees the depth.
    String shapeOfNested = rows == 0 ? "[0]" : "[" + rows + ",1]";
    for (String body :
        List.of(
            body("[" + rows + "]", datatype, flat, random),
            body("[" + rows + ",1]", datatype, flat, random),
            body(shapeOfNested, datatype, nested, random))) {
      TensorRequest request = FORM.decode(body.getBytes(StandardCharsets.UTF_8), model);
      assertThat(request.rows().rows()).isEqualTo(rows);
      if (rows > 0) {
        Column column = request.rows().parts().get(0).rows().column("a b");
        assertThat(column.type()).isEqualTo(type);
        for (int row = 0; row < rows; row++) {
          assertThat(column.get(row)).as(body).isEqualTo(values.get(row));
        }
      }
    }
  }

  /** The parts of a tensor in any order. */
  private static String body(String shape, Datatype datatype, String data, Random random) {
    List<String> parts =
        new ArrayList<>(
            List.of(
                "\"name\":\"a b\"",
                "\"shape\":" + shape,
                "\"datatype\":\"" + datatype + "\"",
                "\"data\":" + data,
                "\"parameters\":{\"x\":[1,{\"y\":null}]}"));
    java.util.Collections.shuffle(parts, random);
    return "{\"inputs\":[{" + String.join(", ", parts) + "}]}";
  }

  private static Object value(Datatype datatype, Random random) {
    long bits = random.nextLong() >> random.nextInt(64);
    return switch (datatype) {
      case BOOL -> random.nextBoolean();
      case INT8 -> (int) (byte) bits;
      case INT16 -> (int) (short) bits;
      case INT32 -> (int) bits;
      case INT64 -> bits;
      case UINT8 -> (int) (bits & 0xFF);
      case UINT16 -> (int) (bits & 0xFFFF);
      case UINT32 -> bits & 0xFFFF_FFFFL;
      case UINT64 -> bits & Long.MAX_VALUE;
      case FP16 -> random.nextFloat() * 65_504;
      case FP32 -> finite(Float.intBitsToFloat(random.nextInt()));
      case FP64 -> finite(Double.longBitsToDouble(random.nextLong()));
      case BYTES ->
          random
              .ints(random.nextInt(6), 1, 0x11000)
              .filter(c -> !(c >= 0xD800 && c <= 0xDFFF))
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
    };
  }

  private static float finite(float number) {
    return Float.isFinite(number) ? number : 0.1f;
  }

  private static double finite(double number) {
    return Double.isFinite(number) ? number : 0.1;
  }

  private static String json(Object value, Random random) {
    if (value instanceof String text) {
      return text.codePoints()
          .mapToObj(c -> escaped(c, random))
          .collect(Collectors.joining("", "\"", "\""));
    }
    boolean isWhole = value instanceof Integer || value instanceof Long;
    return isWhole && random.nextInt(4) == 0 ? value + ".0" : String.valueOf(value);
  }

  private static String escaped(int c, Random random) {
    String text = Character.toString(c);
    boolean isPlain = c >= ' ' && c != '"' && c != '\\' && random.nextBoolean();
    return isPlain
        ? text
        : text.chars()
            .mapToObj(unit -> String.format(Locale.ROOT, "\\u%04X", unit))
            .collect(Collectors.joining());
  }
}
