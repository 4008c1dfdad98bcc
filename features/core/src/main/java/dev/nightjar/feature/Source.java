package dev.nightjar.feature;

import dev.nightjar.config.Section;
import dev.nightjar.config.Suggestion;
import dev.nightjar.config.Template;
import dev.nightjar.data.DataType;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where the table of the input or of a feature view lies. */
public sealed interface Source permits FileSource, DatabaseSource, IcebergSource {
  /** How messages call it; without secrets. */
  String name();

  /** The zone in which a time without an offset is meant. */
  ZoneId zone();

  /** Types of columns that would otherwise be texts, or others. */
  Map<String, DataType> columns();

  /** Parquet files, whose zone-less times are UTC. */
  static FileSource parquet(String path) {
    return new FileSource(
        Template.of(path),
        FileSource.Format.PARQUET,
        true,
        ",",
        Optional.empty(),
        ZoneOffset.UTC,
        Map.of());
  }

  /** CSV files with a header, whose zone-less times are UTC. */
  static FileSource csv(String path) {
    return new FileSource(
        Template.of(path),
        FileSource.Format.CSV,
        true,
        ",",
        Optional.empty(),
        ZoneOffset.UTC,
        Map.of());
  }

  /**
   * Reads a section that has a database under {@code jdbc}, an Iceberg table under {@code iceberg},
   * or else the keys of files.
   */
  static Source read(Section section) {
    boolean inDatabase = section.hasSection("jdbc");
    boolean iceberg = section.hasSection("iceberg");
    if (inDatabase && iceberg) {
      section.problem("'jdbc' and 'iceberg' stand side by side; keep one of them");
    }
    if (!inDatabase && !iceberg) {
      return FileSource.read(section);
    }
    Section one = section.section(inDatabase ? "jdbc" : "iceberg");
    Source source = inDatabase ? DatabaseSource.read(one) : IcebergSource.read(one);
    one.refuseUnknownKeys();
    return source;
  }

  /** Reads {@code columns} of a section: the types of columns by name. */
  static Map<String, DataType> columnTypes(Section section) {
    Map<String, DataType> types = new LinkedHashMap<>();
    section
        .optionalSection("columns")
        .ifPresent(
            columns ->
                columns
                    .stringMap()
                    .forEach(
                        (name, word) ->
                            DataType.of(word)
                                .ifPresentOrElse(
                                    type -> types.put(name, type),
                                    () ->
                                        columns.problem(
                                            name,
                                            columns.quote(word)
                                                + " is not a type"
                                                + Suggestion.text(word, DataType.words())))));
    return types;
  }
}
