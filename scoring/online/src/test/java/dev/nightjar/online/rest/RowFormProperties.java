package dev.nightjar.online.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.Cards;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.RequestedRows;
import dev.nightjar.online.request.RowAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Values go in and out with every bit. */
class RowFormProperties {
  private static final RowForm FORM = new RowForm(RequestLimits.DEFAULT);
  private static final ModelCard ALL =
      Cards.plain(
          "all",
          Arrays.stream(DataType.values()).map(type -> Cards.optional(type.word(), type)).toList(),
          List.of(OutputField.value("out", 0)));

  @Property(tries = 200)
  void rows_are_read_value_for_value_in_any_order_of_their_fields(@ForAll Random random) {
    int rows = random.nextInt(10);
    List<Map<String, Object>> values = new ArrayList<>();
    List<String> written = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Map<String, Object> one = new HashMap<>();
      List<String> fields = new ArrayList<>();
      for (DataType type : DataType.values()) {
        int absence = random.nextInt(6);
        Object value = absence < 2 ? null : value(type, random);
        one.put(type.word(), value);
        if (absence > 0) {
          fields.add("\"" + type.word() + "\":" + json(type, value));
        }
      }
      Collections.shuffle(fields, random);
      values.add(one);
      written.add("{" + String.join(" ,\n", fields) + "}");
    }
    String body = "[" + String.join(",", written) + "]";

    RequestedRows read = FORM.decode(body.getBytes(StandardCharsets.UTF_8), ALL).rows();

    assertThat(read.rows()).isEqualTo(rows);
    for (int row = 0; row < rows; row++) {
      ColumnBatch batch = read.parts().get(0).rows();
      for (DataType type : DataType.values()) {
        assertThat(batch.column(type.word()).type()).isEqualTo(type);
        assertThat(batch.column(type.word()).get(row))
            .as(body)
            .isEqualTo(values.get(row).get(type.word()));
      }
    }
  }

  private static Object value(DataType type, Random random) {
    return switch (type) {
      case BOOLEAN -> random.nextBoolean();
      case INTEGER -> random.nextInt() >> random.nextInt(32);
      case LONG -> random.nextLong() >> random.nextInt(64);
      case FLOAT -> finite(Float.intBitsToFloat(random.nextInt()));
      case DOUBLE -> finite(Double.longBitsToDouble(random.nextLong()));
      case STRING -> Character.toString(0x20 + random.nextInt(0xD000)) + "x" + random.nextInt();
      case TIMESTAMP -> random.nextLong() >> 8; // the years that ISO-8601 writes with four digits
    };
  }

  private static float finite(float number) {
    return Float.isFinite(number) ? number : -0f;
  }

  private static double finite(double number) {
    return Double.isFinite(number) ? number : -0.0;
  }

  private static String json(DataType type, Object value) {
    if (value == null) {
      return "null";
    }
    return switch (type) {
      case TIMESTAMP -> "\"" + Timestamps.instant((Long) value) + "\"";
      case STRING -> "\"" + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
      default -> value.toString();
    };
  }

  @Property(tries = 500)
  void numbers_of_answers_are_read_back_bit_for_bit(@ForAll float late, @ForAll double minutes)
      throws IOException {
    RowAnswer row =
        new RowAnswer(
            Outcome.SCORED,
            Arrays.asList(late, true, minutes, "crew"),
            Optional.empty(),
            List.of(),
            List.of());
    byte[] answer =
        FORM.encode(
            new RowsRequest(new RequestedRows(List.of()), false),
            new Answers(Cards.flights(), List.of(0L), List.of(row)));

    Map<String, String> numbers = new HashMap<>();
    try (JsonParser in = new JsonFactory().createParser(answer)) {
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        if (token.isNumeric()) {
          numbers.put(in.currentName(), in.getText());
        }
      }
    }
    assertThat(Float.floatToRawIntBits(Float.parseFloat(numbers.get("late"))))
        .isEqualTo(Float.floatToRawIntBits(late));
    assertThat(Double.doubleToRawLongBits(Double.parseDouble(numbers.get("minutes"))))
        .isEqualTo(Double.doubleToRawLongBits(minutes));
  }
}
