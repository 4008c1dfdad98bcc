package dev.nightjar.feature.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The columns of Parquet files: of every one of them. Spark by itself looks at one file that it
 * picks, and reads null where another lacks a column.
 *
 * <p>Types of one column may differ where a type holds the values of both: whole numbers widen to
 * the longest, those up to integer also to double, float to double, decimals of one scale to the
 * greatest precision. Nothing else is converted.
 */
final class ParquetColumns {
  private static final int FEW = 8;
  private static final int MOST_TASKS = 64;

  /** Files that differ in nothing but their name: the first of them, and how many there are. */
  @DefaultSerializer(JavaSerializer.class) // Spark may send it by Kryo, which knows no records
  record Kind(ParquetFile first, long files) implements Serializable {}

  private final List<Kind> kinds;
  private final long files;
  private final Map<String, DataType> types = new LinkedHashMap<>();
  private final Map<String, String> refused = new LinkedHashMap<>();

  private ParquetColumns(List<Kind> kinds) {
    this.kinds = kinds;
    this.files = kinds.stream().mapToLong(Kind::files).sum();
    for (String name : names()) {
      Optional<String> refusal = refusal(name);
      if (refusal.isPresent()) {
        refused.put(name, refusal.get());
      } else {
        types.put(name, commonType(name));
      }
    }
  }

  /** Reads every footer, those of many files as a Spark job. */
  static ParquetColumns of(SparkSession spark, Listing listing) {
    List<String> paths = listing.files().stream().map(Listing.File::path).toList();
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sessionState().newHadoopConf());
    if (paths.size() <= FEW) {
      return new ParquetColumns(
          merged(
              paths.stream()
                  .map(path -> new Kind(ParquetFile.read(hadoop.value(), path), 1))
                  .iterator()));
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> shared = context.broadcast(hadoop);
    try {
      int tasks = Math.min(MOST_TASKS, Math.max(1, paths.size() / FEW));
      return new ParquetColumns(
          merged(
              context
                  .parallelize(new ArrayList<>(paths), tasks)
                  .mapPartitions(new Footers(shared))
                  .collect()
                  .iterator()));
    } finally {
      shared.destroy();
    }
  }

  private record Footers(Broadcast<SerializableConfiguration> hadoop)
      implements FlatMapFunction<Iterator<String>, Kind> {
    @Override
    public Iterator<Kind> call(Iterator<String> paths) {
      List<Kind> kinds = new ArrayList<>();
      while (paths.hasNext()) {
        kinds.add(new Kind(ParquetFile.read(hadoop.value().value(), paths.next()), 1));
      }
      return merged(kinds.iterator()).iterator();
    }
  }

  private static List<Kind> merged(Iterator<Kind> kinds) {
    List<Kind> merged = new ArrayList<>();
    kinds.forEachRemaining(
        kind -> {
          for (int i = 0; i < merged.size(); i++) {
            Kind known = merged.get(i);
            if (known.first().isLike(kind.first())) {
              merged.set(i, new Kind(known.first(), known.files() + kind.files()));
              return;
            }
          }
          merged.add(kind);
        });
    return merged;
  }

  /** Of the first file that is no Parquet file: its path and why. */
  Optional<ParquetFile> broken() {
    return kinds.stream().map(Kind::first).filter(file -> !file.problem().isEmpty()).findFirst();
  }

  /** Why a column cannot be read from every file; empty when it can, or is in none of them. */
  Optional<String> whyNot(String name) {
    return Optional.ofNullable(refused.get(name));
  }

  /** The names of all columns of all files. */
  Set<String> names() {
    Map<String, Boolean> names = new LinkedHashMap<>();
    for (Kind kind : kinds) {
      for (String name : kind.first().columns().fieldNames()) {
        names.put(name, true);
      }
      kind.first().unreadable().keySet().forEach(name -> names.put(name, true));
    }
    return names.keySet();
  }

  /** The columns that every file has, with types that hold the values of all files. */
  StructType schema() {
    StructType schema = new StructType();
    for (Map.Entry<String, DataType> column : types.entrySet()) {
      schema = schema.add(column.getKey(), column.getValue(), true);
    }
    return schema;
  }

  /** A file that has the column with exactly the type of {@link #schema}. */
  Optional<String> fileWith(String name) {
    return kinds.stream()
        .map(Kind::first)
        .filter(file -> types.get(name) != null && types.get(name).equals(type(file, name)))
        .map(ParquetFile::path)
        .findFirst();
  }

  /** How many files have pages without checksums, and one of them. */
  Optional<String> withoutChecksums() {
    List<Kind> without = kinds.stream().filter(kind -> !kind.first().checksums()).toList();
    return without.isEmpty()
        ? Optional.empty()
        : Optional.of(counted(without) + " without page checksums");
  }

  private Optional<String> refusal(String name) {
    for (Kind kind : kinds) {
      String twin = twin(kind.first(), name);
      if (twin != null && has(kind.first(), name)) {
        return Optional.of(
            kind.first().path()
                + " has the columns '"
                + name
                + "' and '"
                + twin
                + "', which Spark cannot tell apart; rename one");
      }
      String unreadable = kind.first().unreadable().get(name);
      if (unreadable != null) {
        return Optional.of(
            "the column '"
                + name
                + "' is '"
                + unreadable
                + "' in "
                + kind.first().path()
                + ", a type that Spark does not read; write it with another one (times with"
                + " microseconds)");
      }
    }
    List<Kind> lacking = kinds.stream().filter(kind -> !has(kind.first(), name)).toList();
    if (!lacking.isEmpty()) {
      String twin = twin(lacking.get(0).first(), name);
      return Optional.of(
          "the column '"
              + name
              + "' is missing in "
              + counted(lacking)
              + (twin == null ? "" : ", which has '" + twin + "'")
              + "; its rows would be read as null. Write the files with one schema, or leave them out"
              + " of the path");
    }
    return differing(name);
  }

  private Optional<String> differing(String name) {
    ParquetFile first = kinds.get(0).first();
    DataType common = type(first, name);
    String holder = first.path();
    for (Kind kind : kinds) {
      DataType type = type(kind.first(), name);
      DataType wider = common(common, type);
      if (wider == null) {
        return Optional.of(
            "the column '"
                + name
                + "' is "
                + Columns.word(type)
                + " in "
                + kind.first().path()
                + " and "
                + Columns.word(common)
                + " in "
                + holder
                + ", and neither holds the values of the other; write them with one type");
      }
      if (!wider.equals(common)) {
        common = wider;
        holder = kind.first().path();
      }
    }
    return Optional.empty();
  }

  private DataType commonType(String name) {
    DataType common = type(kinds.get(0).first(), name);
    for (Kind kind : kinds) {
      DataType wider = common(common, type(kind.first(), name));
      common = wider == null ? common : wider;
    }
    return common;
  }

  /** The type that holds every value of both as Spark's reader widens them; null when none does. */
  static @Nullable DataType common(DataType one, DataType other) {
    if (one.equals(other)) {
      return one;
    }
    if (isWidened(one, other)) {
      return other;
    }
    return isWidened(other, one) ? one : null;
  }

  private static boolean isWidened(DataType from, DataType to) {
    if (from instanceof DecimalType narrow && to instanceof DecimalType wide) {
      return narrow.scale() == wide.scale() && narrow.precision() < wide.precision();
    }
    if (Columns.isWhole(from) && Columns.isWhole(to)) {
      return from.defaultSize() < to.defaultSize();
    }
    return to.equals(DataTypes.DoubleType)
        && (from.equals(DataTypes.FloatType)
            || (Columns.isWhole(from) && !from.equals(DataTypes.LongType)));
  }

  private String counted(List<Kind> some) {
    long count = some.stream().mapToLong(Kind::files).sum();
    String first = some.get(0).first().path();
    return files == 1
        ? first
        : String.format(Locale.ROOT, "%d of %d files, such as %s", count, files, first);
  }

  private static boolean has(ParquetFile file, String name) {
    return Columns.field(file.columns(), name).isPresent() || file.unreadable().containsKey(name);
  }

  private static @Nullable String twin(ParquetFile file, String name) {
    for (StructField field : file.columns().fields()) {
      if (!field.name().equals(name) && Columns.folded(field.name()).equals(Columns.folded(name))) {
        return field.name();
      }
    }
    return null;
  }

  private static DataType type(ParquetFile file, String name) {
    return Columns.field(file.columns(), name)
        .orElseThrow(() -> new IllegalStateException(file.path() + " has no " + name))
        .dataType();
  }
}
