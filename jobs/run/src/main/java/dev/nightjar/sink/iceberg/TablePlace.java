package dev.nightjar.sink.iceberg;

import dev.nightjar.feature.IcebergSource;
import dev.nightjar.sink.SinkException;
import dev.nightjar.storage.hadoop.HadoopStorage;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a table lies: by the warehouse's folders, or in a database. Not thread-safe. */
final class TablePlace implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(TablePlace.class);

  private final Configuration hadoop;
  private final IcebergSource named;
  private final Path warehouse;
  private @Nullable Catalog catalog;

  TablePlace(Configuration hadoop, String project, IcebergSource named) {
    this.hadoop = hadoop;
    this.named = named;
    Path path = new Path(named.warehouse().text());
    this.warehouse = path.isAbsolute() ? path : new Path(project, path.toString());
  }

  /** The table, of this moment; empty when there is none. */
  Optional<Table> load() {
    if (named.catalog().isPresent()) {
      try {
        return Optional.of(catalog().loadTable(name()));
      } catch (NoSuchTableException e) {
        return Optional.empty();
      }
    }
    TableOperations operations = inFolder();
    return operations.refresh() == null
        ? Optional.empty()
        : Optional.of(new BaseTable(operations, location().toString()));
  }

  /** Makes the table, unless somebody else does so at the same time. */
  Table create(Schema schema, PartitionSpec spec, Map<String, String> properties) {
    try {
      if (named.catalog().isPresent()) {
        if (catalog() instanceof SupportsNamespaces spaces
            && !spaces.namespaceExists(name().namespace())) {
          spaces.createNamespace(name().namespace());
        }
        catalog().createTable(name(), schema, spec, properties);
      } else {
        TableOperations operations = inFolder();
        operations.refresh();
        operations.commit(
            null, TableMetadata.newTableMetadata(schema, spec, location().toString(), properties));
      }
    } catch (AlreadyExistsException | CommitFailedException e) {
      LOG.info("the table {} was made by somebody else meanwhile", named.table());
    }
    return load()
        .orElseThrow(
            () ->
                new SinkException(
                    "table",
                    named.table(),
                    "was made and is not there",
                    "look who takes tables away from the warehouse, and run again"));
  }

  private TableOperations inFolder() {
    requireExclusive();
    return new ExclusiveTableOperations(location(), hadoop);
  }

  /** Where a rename can replace a file, two commits at once would lose one of them. */
  private void requireExclusive() {
    try {
      HadoopStorage.at(hadoop, location().toString())
          .refusal()
          .ifPresent(
              rule -> {
                throw new SinkException.Misfit(
                    "warehouse",
                    warehouse.toString(),
                    rule,
                    "use a warehouse on file: or hdfs:, or name a 'catalog' in a database, which"
                        + " decides who commits");
              });
    } catch (IOException e) {
      throw new SinkException(
          "warehouse",
          warehouse.toString(),
          "cannot be reached: " + e.getMessage(),
          "correct 'warehouse', or see the cause",
          e);
    }
  }

  private Path location() {
    return new Path(warehouse, named.table().replace('.', '/'));
  }

  private TableIdentifier name() {
    return TableIdentifier.parse(named.table());
  }

  private Catalog catalog() {
    Catalog open = catalog;
    if (open == null) {
      IcebergSource.Catalog described = named.catalog().orElseThrow();
      Map<String, String> properties = new HashMap<>();
      properties.put("type", "jdbc");
      properties.put("uri", described.uri().text());
      properties.put("warehouse", warehouse.toString());
      // With names of columns that hold views too: what other writers make by default.
      properties.put("jdbc.schema-version", "V1");
      described.user().ifPresent(user -> properties.put("jdbc.user", user.text()));
      described.password().ifPresent(secret -> properties.put("jdbc.password", secret.text()));
      open = CatalogUtil.buildIcebergCatalog(described.name(), properties, hadoop);
      catalog = open;
    }
    return open;
  }

  @Override
  public void close() {
    if (catalog instanceof Closeable open) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.warn("the catalog of an Iceberg table was not closed: {}", e.getMessage());
      }
    }
  }
}
