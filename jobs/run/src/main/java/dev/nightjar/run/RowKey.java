package dev.nightjar.run;

import dev.nightjar.data.Timestamps;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * The key of a row as a person writes it.
 *
 * @param values by key column, in the job's order
 */
record RowKey(Map<String, String> values) {

  /**
   * The key in a text: the values in the order of the columns, with commas between them, or {@code
   * column=value} for each column. A key of one column is its value as it stands, commas included.
   *
   * @throws PreflightException when it has not one value for each column
   */
  static RowKey parse(List<String> columns, String text) {
    return named(columns, text)
        .or(() -> ordered(columns, text))
        .orElseThrow(() -> new PreflightException(List.of(misfit(columns, text))));
  }

  /** Of {@code column=value} pairs; a value goes on until the next column begins. */
  private static Optional<RowKey> named(List<String> columns, String text) {
    String names = columns.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    Matcher pair = Pattern.compile("(?:^|,) *(" + names + ")=").matcher(text);
    Map<String, String> found = new LinkedHashMap<>();
    int from = 0;
    String column = "";
    while (pair.find()) {
      if (found.isEmpty() && column.isEmpty() && pair.start() != 0) {
        return Optional.empty();
      }
      if (!column.isEmpty()) {
        found.put(column, text.substring(from, pair.start()));
      }
      column = pair.group(1);
      from = pair.end();
      if (found.containsKey(column)) {
        return Optional.empty();
      }
    }
    if (!column.isEmpty()) {
      found.put(column, text.substring(from));
    }
    return found.keySet().containsAll(columns) ? Optional.of(of(columns, found)) : Optional.empty();
  }

  private static Optional<RowKey> ordered(List<String> columns, String text) {
    List<String> parts = columns.size() == 1 ? List.of(text) : Arrays.asList(text.split(",", -1));
    boolean isHalfNamed =
        columns.size() > 1
            && parts.stream().anyMatch(p -> columns.stream().anyMatch(c -> p.startsWith(c + "=")));
    if (parts.size() != columns.size() || isHalfNamed) {
      return Optional.empty();
    }
    Map<String, String> found = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      found.put(columns.get(i), parts.get(i));
    }
    return Optional.of(of(columns, found));
  }

  private static RowKey of(List<String> columns, Map<String, String> found) {
    Map<String, String> ordered = new LinkedHashMap<>();
    columns.forEach(column -> ordered.put(column, found.getOrDefault(column, "")));
    return new RowKey(ordered);
  }

  private static String misfit(List<String> columns, String text) {
    String example = columns.stream().map(c -> c + "=…").collect(Collectors.joining(","));
    return "the key '"
        + text
        + "' has not one value for each of the job's key columns, "
        + String.join(", ", columns)
        + "; write their values in that order with commas between them, or "
        + example;
  }

  /** The key for people: {@code id=1, station=a}. */
  String words() {
    return values.entrySet().stream()
        .map(one -> one.getKey() + "=" + one.getValue())
        .collect(Collectors.joining(", "));
  }

  /**
   * Which rows have the key.
   *
   * @param columns of the rows
   * @param where the rows are from, for messages
   * @throws PreflightException when a column is not there, or cannot hold such a value
   */
  Column in(StructType columns, String where) {
    List<String> problems = new ArrayList<>();
    Column all = functions.lit(true);
    for (Map.Entry<String, String> one : values.entrySet()) {
      Optional<StructField> field =
          Arrays.stream(columns.fields()).filter(f -> f.name().equals(one.getKey())).findFirst();
      if (field.isEmpty()) {
        problems.add(
            where
                + " has no column '"
                + one.getKey()
                + "', which the job names as key; it has "
                + String.join(", ", columns.fieldNames()));
        continue;
      }
      Optional<Column> value = literal(one.getValue(), field.get().dataType());
      if (value.isEmpty()) {
        problems.add(
            "the key column '"
                + one.getKey()
                + "' of "
                + where
                + " is a "
                + field.get().dataType().simpleString()
                + ", and '"
                + one.getValue()
                + "' is none; write "
                + example(field.get().dataType()));
        continue;
      }
      all = all.and(InputRows.quoted(one.getKey()).equalTo(value.get()));
    }
    if (!problems.isEmpty()) {
      throw new PreflightException(problems);
    }
    return all;
  }

  /** A text as a value of a type; empty when it is none. Exact: nothing is rounded to fit. */
  private static Optional<Column> literal(String text, DataType type) {
    try {
      if (type instanceof StringType) {
        return Optional.of(functions.lit(text));
      } else if (type instanceof BooleanType) {
        String word = text.strip();
        return word.equals("true") || word.equals("false")
            ? Optional.of(functions.lit(Boolean.parseBoolean(word)))
            : Optional.empty();
      } else if (type instanceof DecimalType) {
        return Optional.of(functions.lit(new BigDecimal(text.strip())));
      } else if (type instanceof DateType) {
        return Optional.of(functions.lit(LocalDate.parse(text.strip())));
      } else if (type instanceof TimestampType) {
        OptionalLong micros = Timestamps.parse(text.strip(), ZoneOffset.UTC);
        return micros.isPresent()
            ? Optional.of(functions.timestamp_micros(functions.lit(micros.getAsLong())))
            : Optional.empty();
      } else if (type instanceof TimestampNTZType) {
        return Optional.of(functions.lit(LocalDateTime.parse(text.strip().replace(' ', 'T'))));
      }
      return Optional.of(functions.lit(Long.parseLong(text.strip())));
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty(); // which the caller tells with column, type and an example
    }
  }

  private static String example(DataType type) {
    if (type instanceof BooleanType) {
      return "true or false";
    } else if (type instanceof DecimalType) {
      return "a number such as 1.5";
    } else if (type instanceof DateType) {
      return "a day such as 2024-03-05";
    } else if (type instanceof TimestampType) {
      return "a time such as 2024-03-05T06:00:00Z";
    } else if (type instanceof TimestampNTZType) {
      return "a time such as 2024-03-05T06:00:00";
    }
    return "a whole number such as 1";
  }
}
