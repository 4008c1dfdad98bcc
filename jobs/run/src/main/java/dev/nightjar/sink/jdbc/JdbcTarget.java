package dev.nightjar.sink.jdbc;

import static java.util.Objects.requireNonNull;

import dev.nightjar.config.Template;
import java.util.List;
import java.util.Optional;

/**
 * A table in a PostgreSQL database and how results are put into it. Its text shows no secrets.
 *
 * @param url as JDBC has it, {@code jdbc:postgresql://host:port/database}
 * @param user who writes; owns the tables that are made
 * @param password of the user
 * @param table a name as SQL has it, with its schema or without
 * @param write how rows take the place of others
 * @param key the columns that name a row, at least one
 */
public record JdbcTarget(
    Template url,
    Optional<Template> user,
    Optional<Template> password,
    String table,
    Write write,
    List<String> key) {

  /** How a URL of PostgreSQL begins. */
  public static final String POSTGRESQL = "jdbc:postgresql:";

  public JdbcTarget {
    requireNonNull(url, "url is null");
    requireNonNull(table, "table is null");
    key = List.copyOf(key);
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a row without a key");
    }
  }

  /** How rows take the place of others. */
  public enum Write {
    /** The interval's rows are taken out and the new ones put in. */
    INTERVAL,
    /**
     * The same, and a key is there once: a row takes the place of an older interval's row with its
     * key, and leaves a newer one's alone.
     */
    MERGE
  }

  /** The table as people name it. */
  String shown() {
    return table + " of " + url;
  }
}
