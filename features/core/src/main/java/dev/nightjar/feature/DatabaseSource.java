package dev.nightjar.feature;

import static java.util.Objects.requireNonNull;

import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import dev.nightjar.data.DataType;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table in a PostgreSQL database. No other database: all reads of a run must see one state of it,
 * and how a state is shared between connections is particular to each.
 *
 * @param url as JDBC has it, {@code jdbc:postgresql://host:port/database}
 * @param user who reads
 * @param password of the user
 * @param table a name as SQL has it, or a query in brackets; variables of the interval may stand in
 *     a query
 * @param partitionColumn by whose ranges several connections share the rows
 * @param partitions how many read side by side, at least 1
 * @param fetchSize rows that a connection holds at a time, at least 1
 * @param zone in which a time without an offset is meant
 * @param columns types of columns that are others in the database
 */
public record DatabaseSource(
    Template url,
    Optional<Template> user,
    Optional<Template> password,
    Template table,
    Optional<String> partitionColumn,
    int partitions,
    int fetchSize,
    ZoneId zone,
    Map<String, DataType> columns)
    implements Source {
  private static final String POSTGRESQL = "jdbc:postgresql:";
  private static final int USUAL_PARTITIONS = 4;
  private static final int MOST_PARTITIONS = 256;
  private static final int USUAL_FETCH = 10_000;
  private static final int MOST_FETCH = 1_000_000;

  public DatabaseSource {
    requireNonNull(url, "url is null");
    requireNonNull(table, "table is null");
    requireNonNull(zone, "zone is null");
    columns = Map.copyOf(columns);
    if (partitions < 1 || fetchSize < 1 || (partitions > 1 && partitionColumn.isEmpty())) {
      throw new IllegalArgumentException(
          partitions + " partitions by " + partitionColumn + ", fetch size " + fetchSize);
    }
  }

  @Override
  public String name() {
    return url + " " + table;
  }

  /**
   * Reads {@code url, user, password, table, query, partition-column, partitions, fetch-size, zone,
   * columns} of a section.
   */
  public static DatabaseSource read(Section section) {
    Template url = section.template("url");
    if (section.has("url") && !url.text().startsWith(POSTGRESQL)) {
      section.problem(
          "url",
          section.quote(url.written())
              + " is not "
              + POSTGRESQL
              + "//host:port/database; other databases are not read, because all reads of a run must"
              + " see one state");
    }
    Optional<Template> user = section.optionalTemplate("user");
    Optional<Template> password = section.optionalTemplate("password");
    refuseOpenPassword(section, "url", url, password);
    refuseVariables(section, "url", Optional.of(url));
    refuseVariables(section, "user", user);
    refuseVariables(section, "password", password);
    Optional<String> partitionColumn = section.optionalString("partition-column");
    if (section.has("partitions") && partitionColumn.isEmpty()) {
      section.problem("partitions", "needs a 'partition-column', by whose ranges rows are shared");
    }
    return new DatabaseSource(
        url,
        user,
        password,
        table(section),
        partitionColumn,
        partitionColumn.isEmpty()
            ? 1
            : (int) section.whole("partitions", USUAL_PARTITIONS, 1, MOST_PARTITIONS),
        (int) section.whole("fetch-size", USUAL_FETCH, 1, MOST_FETCH),
        section.zone("zone").orElse(ZoneOffset.UTC),
        Source.columnTypes(section));
  }

  /** Refuses a password that stands in the file, by itself or within the URL under a key. */
  public static void refuseOpenPassword(
      Section section, String key, Template url, Optional<Template> password) {
    if (url.written().contains("password=")) {
      section.problem(key, "holds a password, which messages would show; use the key 'password'");
    }
    if (password.isPresent() && password.get().written().equals(password.get().text())) {
      section.problem(
          "password", "stands here for everyone to read; write ${env:NAME} or ${file:/path}");
    }
  }

  private static Template table(Section section) {
    List<String> given =
        List.of("table", "query").stream().filter(section.keys()::contains).toList();
    if (given.size() != 1) {
      section.problem(
          given.isEmpty()
              ? "one of 'table' and 'query' is required, to say which rows"
              : "'table' and 'query' stand side by side; keep one of them");
    }
    if (section.has("query")) {
      Template query = section.template("query");
      return new Template("(" + query.written() + ")", "(" + query.text() + ")");
    }
    return Template.of(section.optionalString("table").orElse(""));
  }

  /** Refuses variables of the interval under a key. */
  public static void refuseVariables(Section section, String key, Optional<Template> template) {
    template
        .filter(t -> !t.variables().isEmpty())
        .ifPresent(
            t ->
                section.problem(
                    key,
                    "only ${env:NAME} and ${file:/path} can stand here, not " + t.variables()));
  }
}
