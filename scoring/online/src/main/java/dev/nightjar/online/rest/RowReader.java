package dev.nightjar.online.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.data.DataType;
import dev.nightjar.online.request.GivenRows;
import dev.nightjar.online.request.Mistakes;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestFields.RequestField;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the rows of one body. Not thread-safe. */
final class RowReader {
  private final JsonParser in;
  private final int mostRows;
  private final Mistakes mistakes = new Mistakes();
  private final GivenRows rows;
  private final boolean isMany;
  private int count;

  /**
   * A reader.
   *
   * @param in on the body's first token
   */
  RowReader(JsonParser in, ModelCard model, int mostRows) {
    this.in = in;
    this.mostRows = mostRows;
    this.isMany = in.currentToken() == JsonToken.START_ARRAY;
    this.rows = new GivenRows(model, mistakes, this::place);
  }

  private String place(int row, String field) {
    return isMany ? "rows[" + row + "]." + field : field;
  }

  /** Reads to the body's last token. */
  RowReader read() throws IOException {
    if (isMany) {
      while (in.nextToken() != JsonToken.END_ARRAY) {
        if (count == mostRows) {
          throw new RequestException(
              RequestException.Kind.TOO_LARGE,
              "the body has more than "
                  + mostRows
                  + " rows, the most of one request; send the others in further requests");
        }
        readRow(count++);
      }
    } else {
      readRow(count++);
    }
    return this;
  }

  /** What was read, if it will do. */
  RowsRequest request() {
    return new RowsRequest(rows.resolve(count), isMany);
  }

  private void readRow(int row) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      mistakes.add(
          (isMany ? "rows[" + row + "]" : "the body")
              + " is "
              + RowValue.shown(in)
              + " and a row is an object of named fields; write {\"field\": value, …}, or an array"
              + " of such objects");
      in.skipChildren();
      // Who sends no object lacks every field, which nobody needs to be told.
      mistakes.refuseAny();
    }
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      Optional<RequestField> field = rows.field(row, in.currentName());
      in.nextToken();
      if (field.isEmpty()) {
        in.skipChildren();
      } else {
        readValue(row, field.get());
      }
    }
  }

  private void readValue(int row, RequestField field) throws IOException {
    DataType type = field.type().orElseGet(() -> RowValue.typeOfKey(in.currentToken()));
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      rows.put(row, field, field.type().orElse(null), null);
      return;
    }
    RowValue value = RowValue.read(in, type);
    if (value.wrong().isPresent()) {
      mistakes.add(
          place(row, field.name())
              + ": "
              + RowValue.shown(in)
              + " is no "
              + word(field, type)
              + ": "
              + value.wrong().get());
      in.skipChildren();
      rows.put(row, field, null, null);
    } else {
      rows.put(row, field, type, value.value());
    }
  }

  private static String word(RequestField field, @Nullable DataType type) {
    if (field.type().isEmpty()) {
      return "key";
    }
    return field.input().filter(of -> of.type() == type).isPresent()
        ? field.input().get().typeWord()
        : field.type().get().word();
  }
}
