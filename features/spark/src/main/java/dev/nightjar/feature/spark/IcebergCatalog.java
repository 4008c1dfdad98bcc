package dev.nightjar.feature.spark;

import dev.nightjar.config.Suggestion;
import dev.nightjar.feature.IcebergSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.hadoop.HadoopTables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds an Iceberg table where its source says: by the warehouse's folders, or in a database. */
final class IcebergCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(IcebergCatalog.class);
  private static final String NEWER = "unsupported version";
  private static final int MOST_NAMES = 1_000;

  private final IcebergSource source;
  private final Path warehouse;
  private final Configuration hadoop;

  IcebergCatalog(IcebergSource source, Path warehouse, Configuration hadoop) {
    this.source = source;
    this.warehouse = warehouse;
    this.hadoop = hadoop;
  }

  /**
   * The table, of this moment.
   *
   * @throws TableException when there is none, or it cannot be read
   */
  Table load() {
    try {
      return source.catalog().isPresent()
          ? inDatabase(source.catalog().get())
          : new HadoopTables(hadoop)
              .load(new Path(warehouse, source.table().replace('.', '/')).toString());
    } catch (NoSuchTableException e) {
      List<String> names = source.catalog().isPresent() ? List.of() : tables();
      throw TableException.misdeclared(noTable(names));
    } catch (RuntimeException e) { // of Iceberg's and of its database's drivers
      if (e instanceof TableException found) {
        throw found;
      }
      String why = TableException.firstLine(e);
      throw new TableException(
          TableReader.named(source)
              + (why.contains(NEWER)
                  ? ": its format is newer than what is read here ("
                      + why
                      + "); take a newer Nightjar, or write the table with an older 'format-version'"
                  : " cannot be read as an Iceberg table: "
                      + why
                      + "; correct 'warehouse', 'catalog' or 'table', or mend the table"),
          e);
    }
  }

  private Table inDatabase(IcebergSource.Catalog described) {
    Map<String, String> properties = new HashMap<>();
    properties.put("type", "jdbc");
    properties.put("uri", described.uri().text());
    properties.put("warehouse", warehouse.toString());
    // Who reads makes no tables.
    properties.put("jdbc.init-catalog-tables", "false");
    described.user().ifPresent(user -> properties.put("jdbc.user", user.text()));
    described.password().ifPresent(secret -> properties.put("jdbc.password", secret.text()));
    Catalog catalog = CatalogUtil.buildIcebergCatalog(described.name(), properties, hadoop);
    try {
      TableIdentifier name = TableIdentifier.parse(source.table());
      try {
        return catalog.loadTable(name);
      } catch (NoSuchTableException e) {
        throw TableException.misdeclared(noTable(beside(catalog, name.namespace())));
      }
    } finally {
      close(catalog);
    }
  }

  private static List<String> beside(Catalog catalog, Namespace namespace) {
    try {
      return catalog.listTables(namespace).stream().map(TableIdentifier::toString).toList();
    } catch (RuntimeException e) { // there is no such namespace either
      LOG.debug("no tables beside", e);
      return List.of();
    }
  }

  private static void close(Catalog catalog) {
    if (catalog instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        // The table has been found; nothing else is asked of the catalog.
        LOG.warn("the catalog of an Iceberg table was not closed: {}", e.getMessage());
      }
    }
  }

  private String noTable(List<String> names) {
    return TableReader.named(source)
        + ": there is no such table"
        + (source.catalog().isPresent()
            ? " in the catalog '" + source.catalog().get().name() + "'"
            : " below " + warehouse)
        + (names.isEmpty() ? ", and none beside it" : Suggestion.text(source.table(), names))
        + "; correct 'table', 'warehouse' or 'catalog'";
  }

  /** The names of the tables that lie below the warehouse. */
  private List<String> tables() {
    List<String> names = new ArrayList<>();
    try {
      FileSystem files = warehouse.getFileSystem(hadoop);
      Path root = files.makeQualified(warehouse);
      Deque<Path> open = new ArrayDeque<>(List.of(root));
      while (!open.isEmpty() && names.size() < MOST_NAMES) {
        for (FileStatus below : files.listStatus(open.remove())) {
          if (below.isDirectory() && files.exists(new Path(below.getPath(), "metadata"))) {
            String path = below.getPath().toString().substring(root.toString().length() + 1);
            names.add(path.replace('/', '.'));
          } else if (below.isDirectory()) {
            open.add(below.getPath());
          }
        }
      }
    } catch (IOException e) {
      LOG.debug("the warehouse cannot be listed", e); // names are a help, no more
    }
    return names;
  }
}
