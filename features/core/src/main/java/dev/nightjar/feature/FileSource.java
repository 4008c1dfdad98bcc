package dev.nightjar.feature;

import static java.util.Objects.requireNonNull;

import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import dev.nightjar.data.DataType;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/**
 * A table in files.
 *
 * @param path a file, a folder or a pattern, on any Hadoop file system; relative to the project
 * @param format how the files are written
 * @param header CSV: whether the first line names the columns
 * @param delimiter CSV: one character
 * @param nullValue CSV: the text that stands for null, besides the empty text
 * @param zone in which a time without an offset is meant
 * @param columns types of columns that would otherwise be texts (CSV has no types of its own)
 */
public record FileSource(
    Template path,
    Format format,
    boolean header,
    String delimiter,
    Optional<String> nullValue,
    ZoneId zone,
    Map<String, DataType> columns)
    implements Source {

  /** How the files of a table are written. */
  public enum Format {
    PARQUET,
    CSV
  }

  public FileSource {
    requireNonNull(path, "path is null");
    requireNonNull(format, "format is null");
    requireNonNull(zone, "zone is null");
    columns = Map.copyOf(columns);
  }

  /** This source with another text for null. */
  public FileSource withNullValue(String text) {
    return new FileSource(path, format, header, delimiter, Optional.of(text), zone, columns);
  }

  /** This source with declared types of columns. */
  public FileSource withColumns(Map<String, DataType> types) {
    return new FileSource(path, format, header, delimiter, nullValue, zone, types);
  }

  @Override
  public String name() {
    return path.toString();
  }

  /** Reads {@code path, format, header, delimiter, null-value, zone, columns} of a section. */
  public static FileSource read(Section section) {
    Template path = section.template("path");
    Format format = section.choice("format", Format.class, Format.PARQUET);
    String delimiter = section.optionalString("delimiter").orElse(",");
    if (section.has("path") && path.written().isBlank()) {
      section.problem("path", "is empty");
    }
    if (delimiter.length() != 1) {
      section.problem(
          "delimiter",
          section.quote(delimiter)
              + " is not one character"
              + (delimiter.equals("\\t") ? "; write a tab as \"\\t\", in double quotes" : ""));
    }
    FileSource source =
        new FileSource(
            path,
            format,
            section.bool("header", true),
            delimiter,
            section.optionalString("null-value"),
            section.zone("zone").orElse(ZoneOffset.UTC),
            Source.columnTypes(section));
    if (format != Format.CSV) {
      for (String key : new String[] {"header", "delimiter", "null-value"}) {
        if (section.has(key)) {
          section.problem(key, "is for 'format: csv'; this source is " + Section.word(format));
        }
      }
    }
    return source;
  }
}
