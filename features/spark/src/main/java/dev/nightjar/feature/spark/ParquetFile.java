package dev.nightjar.feature.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What the footer of one Parquet file says.
 *
 * @param path of the file
 * @param columns in the file's order; those of {@code unreadable} are not among them
 * @param nanoseconds those of the columns, there whole numbers, that are times in nanoseconds, with
 *     whether they are instants (or else of a wall clock)
 * @param int96 those of the columns that are times in Parquet's oldest form
 * @param unreadable columns of types that Spark does not read, with Parquet's name of the type
 * @param checksums whether its pages carry checksums; true for a file without rows
 * @param problem why the file is not one of Parquet; empty when it is
 */
record ParquetFile(
    String path,
    StructType columns,
    Map<String, Boolean> nanoseconds,
    Set<String> int96,
    Map<String, String> unreadable,
    boolean checksums,
    String problem)
    implements Serializable {

  // Not the session's settings: those may read bytes as texts, or nanoseconds as mere numbers.
  private static final ParquetToSparkSchemaConverter TYPES =
      new ParquetToSparkSchemaConverter(false, true, true, true, false, false, false, false);

  /** Reads the footer, and the header of the first page. */
  static ParquetFile read(Configuration hadoop, String path) {
    try {
      HadoopInputFile file = HadoopInputFile.fromPath(new Path(path), hadoop);
      try (ParquetFileReader reader = ParquetFileReader.open(file)) {
        return of(file, path, reader);
      }
    } catch (IOException | RuntimeException e) {
      // Kept as a value: of ten thousand files the one that is broken is to be named, not its task.
      return new ParquetFile(
          path, new StructType(), Map.of(), Set.of(), Map.of(), true, TableException.firstLine(e));
    }
  }

  private static ParquetFile of(HadoopInputFile file, String path, ParquetFileReader reader)
      throws IOException {
    MessageType schema = reader.getFileMetaData().getSchema();
    StructType columns = new StructType();
    Map<String, Boolean> nanoseconds = new HashMap<>();
    Set<String> int96 = new HashSet<>();
    Map<String, String> unreadable = new HashMap<>();
    for (Type field : schema.getFields()) {
      if (isOfNanoseconds(field)) {
        nanoseconds.put(field.getName(), isInstant(field));
        columns = columns.add(field.getName(), DataTypes.LongType, true);
        continue;
      }
      if (isInt96(field)) {
        int96.add(field.getName());
      }
      try {
        DataType type = TYPES.convert(new MessageType("one", field)).apply(0).dataType();
        columns = columns.add(field.getName(), type, true);
      } catch (Exception e) { // AnalysisException is checked, and Scala does not declare it
        unreadable.put(field.getName(), word(field));
      }
    }
    return new ParquetFile(
        path, columns, nanoseconds, int96, unreadable, hasChecksums(file, reader), "");
  }

  private static boolean isOfNanoseconds(Type field) {
    return field.isPrimitive()
        && !field.isRepetition(Type.Repetition.REPEATED)
        && field.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation time
        && time.getUnit() == LogicalTypeAnnotation.TimeUnit.NANOS;
  }

  private static boolean isInstant(Type field) {
    return field.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation time
        && time.isAdjustedToUTC();
  }

  private static boolean isInt96(Type field) {
    return field.isPrimitive()
        && field.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT96;
  }

  // Not the type's own text, which goes by the locale.
  private static String word(Type field) {
    if (!field.isPrimitive()) {
      return "group";
    }
    String stored = field.asPrimitiveType().getPrimitiveTypeName().name();
    LogicalTypeAnnotation meaning = field.getLogicalTypeAnnotation();
    return meaning == null ? stored : stored + " " + meaning;
  }

  private static boolean hasChecksums(HadoopInputFile file, ParquetFileReader reader)
      throws IOException {
    for (BlockMetaData rows : reader.getRowGroups()) {
      for (ColumnChunkMetaData chunk : rows.getColumns()) {
        try (SeekableInputStream in = file.newStream()) {
          in.seek(chunk.getStartingPos());
          PageHeader first = Util.readPageHeader(in);
          return first.isSetCrc();
        }
      }
    }
    return true;
  }

  /** True for files that differ in nothing but their name. */
  boolean isLike(ParquetFile other) {
    return checksums == other.checksums
        && problem.isEmpty()
        && other.problem.isEmpty()
        && columns.equals(other.columns)
        && nanoseconds.equals(other.nanoseconds)
        && int96.equals(other.int96)
        && unreadable.equals(other.unreadable);
  }
}
