package dev.nightjar.result;

import dev.nightjar.contract.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.InterpretedPredicate;
import org.apache.spark.sql.catalyst.expressions.Predicate;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.PartialFunction;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/**
 * The files of some manifests, for Spark's own Parquet scan. It never changes: a Dataset reads the
 * version that was current when it was made, as often as it is run. Each run looks whether all
 * files are still there and whole, and fails otherwise.
 */
final class PublishedFiles implements FileIndex {
  /** The one column that files lie by, as the value that it is for a folder of them. */
  private static final PartialFunction<Expression, Expression> OF_OUTCOME =
      new AbstractPartialFunction<>() {
        @Override
        public boolean isDefinedAt(Expression part) {
          return part instanceof AttributeReference;
        }

        @Override
        public Expression apply(Expression part) {
          return new BoundReference(0, part.dataType(), part.nullable());
        }
      };

  private final SparkSession spark;
  private final Path root;
  private final List<Manifest.DataFile> files;
  private final StructType partitions;

  /**
   * Some files of one output path.
   *
   * @param partitions the outcome's column, for rows that have it; or none
   */
  PublishedFiles(
      SparkSession spark, Path root, List<Manifest.DataFile> files, StructType partitions) {
    this.spark = spark;
    this.root = root;
    this.files = List.copyOf(files);
    this.partitions = partitions;
  }

  @Override
  public Seq<Path> rootPaths() {
    return seq(List.of(root));
  }

  @Override
  public Seq<PartitionDirectory> listFiles(
      Seq<Expression> partitionFilters, Seq<Expression> dataFilters) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    try {
      FileSystem system = root.getFileSystem(hadoop);
      if (partitions.isEmpty()) {
        return seq(List.of(directory(system, InternalRow.empty(), files)));
      }
      // Spark takes these filters for done, and does not ask the rows again.
      List<InterpretedPredicate> wanted =
          CollectionConverters.asJava(partitionFilters).stream()
              .map(filter -> Predicate.createInterpreted(filter.transform(OF_OUTCOME)))
              .toList();
      List<PartitionDirectory> directories = new ArrayList<>();
      for (Outcome outcome : Outcome.values()) {
        List<Manifest.DataFile> some = files.stream().filter(f -> f.outcome() == outcome).toList();
        UTF8String word = UTF8String.fromString(outcome.word());
        InternalRow values = new GenericInternalRow(new Object[] {word});
        if (wanted.stream().allMatch(filter -> filter.eval(values))) {
          directories.add(directory(system, values, some));
        }
      }
      return seq(directories);
    } catch (java.io.IOException e) {
      throw new ResultException(
          "output path", root.toString(), "cannot be read: " + e.getMessage(), "see the cause", e);
    }
  }

  private PartitionDirectory directory(
      FileSystem system, InternalRow values, List<Manifest.DataFile> some) {
    FileStatus[] found = DataFiles.statuses(system, root, some).toArray(new FileStatus[0]);
    return PartitionDirectory.apply(values, found);
  }

  @Override
  public String[] inputFiles() {
    return files.stream()
        .map(file -> new Path(root, file.path()).toString())
        .toArray(String[]::new);
  }

  /** Nothing: what is current now is found by reading the output path again. */
  @Override
  public void refresh() {}

  @Override
  public long sizeInBytes() {
    return files.stream().mapToLong(Manifest.DataFile::bytes).sum();
  }

  @Override
  public StructType partitionSchema() {
    return partitions;
  }

  /** Spark reuses scans and cached data of equal relations. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PublishedFiles that
        && root.equals(that.root)
        && partitions.equals(that.partitions)
        && files.equals(that.files);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(new Object[] {root, files});
  }

  @Override
  public String toString() {
    return "PublishedFiles(" + root + ", " + files.size() + " files)";
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
