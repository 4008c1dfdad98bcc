package dev.nightjar.sink.jdbc;

import dev.nightjar.sink.SinkException;
import java.io.Serial;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table's name as the catalog has it. A class of plain fields: not every serializer of Spark
 * takes records.
 */
final class TableName implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** What PostgreSQL keeps of a name; it cuts longer ones without a word. */
  static final int MOST_BYTES = 63;

  private static final Pattern PART =
      Pattern.compile("\"((?:[^\"\0]|\"\")+)\"|([\\p{L}_][\\p{L}\\p{Nd}_$]*)");

  private final String schema;
  private final String name;

  /**
   * @param schema empty where the name does not say it
   */
  TableName(String schema, String name) {
    this.schema = schema;
    this.name = name;
  }

  /**
   * Reads a name as SQL has it: {@code schema.table} or {@code table}; what is not in double quotes
   * means lower case.
   *
   * @throws SinkException when it is no such name
   */
  static TableName parse(String text) {
    List<String> parts = new ArrayList<>();
    Matcher matcher = PART.matcher(text);
    int at = 0;
    while (matcher.find(at) && matcher.start() == at) {
      parts.add(
          matcher.group(1) != null
              ? matcher.group(1).replace("\"\"", "\"")
              : lowered(matcher.group(2)));
      at = matcher.end();
      if (at == text.length() || text.charAt(at) != '.') {
        break;
      }
      at++;
    }
    if (at != text.length() || parts.isEmpty() || parts.size() > 2 || text.endsWith(".")) {
      throw new SinkException.Misfit(
          "table",
          text,
          "is no name of a table",
          "write table or schema.table, and what is not in lower case in double quotes");
    }
    for (String part : parts) {
      if (isTooLong(part)) {
        throw new SinkException.Misfit(
            "table",
            text,
            "has a name of more than " + MOST_BYTES + " bytes, which PostgreSQL would cut",
            "give it a shorter one");
      }
    }
    return parts.size() == 1
        ? new TableName("", parts.get(0))
        : new TableName(parts.get(0), parts.get(1));
  }

  static boolean isTooLong(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES;
  }

  /** As PostgreSQL does it where texts are UTF-8: the letters of ASCII alone. */
  private static String lowered(String name) {
    StringBuilder lower = new StringBuilder(name);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c - 'A' + 'a'));
      }
    }
    return lower.toString();
  }

  /** Empty where the name did not say it. */
  String schema() {
    return schema;
  }

  String name() {
    return name;
  }

  /** Another table of the same schema. */
  TableName beside(String other) {
    return new TableName(schema, other);
  }

  /** For statements. */
  String quoted() {
    return schema.isEmpty() ? quoted(name) : quoted(schema) + "." + quoted(name);
  }

  /** A name for statements, whatever it is made of. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public String toString() {
    return schema.isEmpty() ? name : schema + "." + name;
  }
}
