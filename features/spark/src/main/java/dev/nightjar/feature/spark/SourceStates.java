package dev.nightjar.feature.spark;

import dev.nightjar.feature.DatabaseSource;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.IcebergSource;
import dev.nightjar.feature.Source;
import dev.nightjar.storage.LocalPaths;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * In which state tables are at this moment, found without Spark, and of files of this machine
 * without Hadoop: by digests that are those of {@link TableReader#digest}. Each table is looked at
 * once. Not thread-safe.
 */
public final class SourceStates {
  private final String projectDirectory;
  private final Map<String, String> digests = new HashMap<>();
  private @Nullable Configuration configuration;
  private @Nullable IcebergStates iceberg;

  /**
   * Looks with Hadoop's usual configuration, where it is needed at all.
   *
   * @param projectDirectory where relative paths begin
   */
  public SourceStates(String projectDirectory) {
    this.projectDirectory = projectDirectory;
  }

  /**
   * SHA-256 over the listing of a table's files, or over its Iceberg snapshot; empty for a
   * database, of which only a query could tell what it holds. A table without a file has a digest
   * too.
   *
   * @param variables for the variables in the path
   * @throws TableException when the files cannot be listed, or the Iceberg table cannot be found
   */
  public Optional<String> digest(Source source, Map<String, String> variables) {
    if (source instanceof DatabaseSource) {
      return Optional.empty();
    }
    return Optional.of(
        source instanceof IcebergSource table
            ? iceberg().digest(table)
            : ofFiles((FileSource) source, variables));
  }

  /** The snapshot of an Iceberg table; empty for another source, and where it has none yet. */
  public OptionalLong snapshot(Source source) {
    return source instanceof IcebergSource table ? iceberg().snapshot(table) : OptionalLong.empty();
  }

  private String ofFiles(FileSource source, Map<String, String> variables) {
    String written = source.path().expand(variables);
    String path =
        written.startsWith("/") || written.contains(":")
            ? written
            : projectDirectory + "/" + written;
    String known = digests.get(path);
    if (known != null) {
      return known;
    }
    try {
      Optional<java.nio.file.Path> here =
          Listing.isGlob(path) ? Optional.empty() : LocalPaths.of(path);
      Listing listing =
          here.isPresent() ? Listing.here(here.get()) : Listing.of(hadoop(), hadoopPath(written));
      String digest = listing.digest();
      digests.put(path, digest);
      return digest;
    } catch (IOException e) {
      throw new TableException(
          "source '"
              + source.name()
              + "': "
              + path
              + " cannot be listed: "
              + TableException.firstLine(e),
          e);
    }
  }

  /** As {@link TableReader} has it. */
  private Path hadoopPath(String written) {
    Path path = new Path(written);
    return path.isAbsolute() ? path : new Path(projectDirectory, path.toString());
  }

  private IcebergStates iceberg() {
    IcebergStates known = iceberg;
    if (known == null) {
      known = new IcebergStates(hadoop(), projectDirectory);
      iceberg = known;
    }
    return known;
  }

  private Configuration hadoop() {
    Configuration known = configuration;
    if (known == null) {
      known = new Configuration();
      configuration = known;
    }
    return known;
  }
}
