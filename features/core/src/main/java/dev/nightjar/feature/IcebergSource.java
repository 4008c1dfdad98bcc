package dev.nightjar.feature;

import static java.util.Objects.requireNonNull;

import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import dev.nightjar.data.DataType;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * An Iceberg table.
 *
 * @param warehouse the folder under which the catalog keeps its tables; relative to the project
 * @param catalog the database that knows where each table's state lies; empty for a catalog that
 *     the warehouse's folders are by themselves (Iceberg's "hadoop")
 * @param table its name with the namespaces before it, {@code db.weather}
 * @param snapshot which state is read; empty for the current one, as it is when a run begins
 * @param zone in which a time without an offset is meant
 * @param columns types of columns that are others in the table
 */
public record IcebergSource(
    Template warehouse,
    Optional<Catalog> catalog,
    String table,
    OptionalLong snapshot,
    ZoneId zone,
    Map<String, DataType> columns)
    implements Source {
  private static final Pattern TABLE = Pattern.compile("[^\\s./\\\\]+(\\.[^\\s./\\\\]+)*");

  /**
   * A catalog in a database (Iceberg's "jdbc").
   *
   * @param uri as JDBC has it
   * @param name under which the catalog keeps its tables in there
   * @param user who reads
   * @param password of the user
   */
  public record Catalog(
      Template uri, String name, Optional<Template> user, Optional<Template> password) {}

  public IcebergSource {
    requireNonNull(warehouse, "warehouse is null");
    requireNonNull(table, "table is null");
    requireNonNull(zone, "zone is null");
    columns = Map.copyOf(columns);
  }

  @Override
  public String name() {
    return "table " + table + " of " + catalog.map(Catalog::uri).orElse(warehouse);
  }

  /** Reads {@code warehouse, catalog, table, snapshot, zone, columns} of a section. */
  public static IcebergSource read(Section section) {
    Template warehouse = section.template("warehouse");
    refuseVariables(section, "warehouse", warehouse);
    String table = section.string("table");
    if (!table.isEmpty() && !TABLE.matcher(table).matches()) {
      section.problem(
          "table",
          section.quote(table)
              + " is no name of a table; write its namespaces before it, with dots: db.weather");
    }
    return new IcebergSource(
        warehouse,
        section.optionalSection("catalog").map(IcebergSource::readCatalog),
        table,
        section.has("snapshot")
            ? OptionalLong.of(section.whole("snapshot", 0, 1))
            : OptionalLong.empty(),
        section.zone("zone").orElse(ZoneOffset.UTC),
        Source.columnTypes(section));
  }

  private static Catalog readCatalog(Section section) {
    Template uri = section.template("uri");
    if (section.has("uri") && !uri.text().startsWith("jdbc:")) {
      section.problem(
          "uri",
          section.quote(uri.written())
              + " does not begin with 'jdbc:'; a catalog is a database here, or the folders of the"
              + " warehouse, without 'catalog'");
    }
    refuseVariables(section, "uri", uri);
    Optional<Template> password = section.optionalTemplate("password");
    DatabaseSource.refuseOpenPassword(section, "uri", uri, password);
    Catalog catalog =
        new Catalog(uri, section.string("name"), section.optionalTemplate("user"), password);
    section.refuseUnknownKeys();
    return catalog;
  }

  private static void refuseVariables(Section section, String key, Template template) {
    DatabaseSource.refuseVariables(section, key, Optional.of(template));
  }
}
