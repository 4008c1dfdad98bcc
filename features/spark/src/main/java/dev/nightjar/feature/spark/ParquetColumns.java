package dev.nightjar.feature.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
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
 * greatest precision. Nothing else is converted. Times may stand in another form in each file:
 * files of one form are read together ({@link #forms}), since no type of Spark's holds the values
 * of all.
 */
final class ParquetColumns {
  private static final int FEW = 8;
  private static final int MOST_TASKS = 64;

  /** Files that differ in nothing but their name: the first of them, and the paths of all. */
  @DefaultSerializer(JavaSerializer.class) // Spark may send it by Kryo, which knows no records
  record Kind(ParquetFile first, ArrayList<String> paths) implements Serializable {
    static Kind of(ParquetFile file) {
      return new Kind(file, new ArrayList<>(List.of(file.path())));
    }

    long files() {
      return paths.size();
    }

    Kind with(Kind other) {
      ArrayList<String> both = new ArrayList<>(paths);
      both.addAll(other.paths);
      return new Kind(first, both);
    }
  }

  /**
   * Files in which every column of {@link #names} that can be read has one form.
   *
   * @param paths of the files
   * @param schema of the columns
   * @param nanoseconds columns of whole numbers that are times; true for instants
   */
  record Form(List<String> paths, StructType schema, Map<String, Boolean> nanoseconds) {}

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
                  .map(path -> Kind.of(ParquetFile.read(hadoop.value(), path)))
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
        kinds.add(Kind.of(ParquetFile.read(hadoop.value().value(), paths.next())));
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
              merged.set(i, known.with(kind));
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

  /**
   * The columns that every file has, with types that hold the values of all files: once for all
   * files, or once for those of each form of times.
   */
  List<Form> forms() {
    Map<Form, List<String>> paths = new LinkedHashMap<>();
    for (Kind kind : kinds) {
      StructType schema = new StructType();
      Map<String, Boolean> nanoseconds = new HashMap<>();
      for (Map.Entry<String, DataType> column : types.entrySet()) {
        String name = column.getKey();
        boolean isTime = isTime(kind.first(), name);
        DataType type = isTime ? type(kind.first(), name) : column.getValue();
        schema = schema.add(name, type, true);
        if (kind.first().nanoseconds().containsKey(name)) {
          nanoseconds.put(name, kind.first().nanoseconds().get(name));
        }
      }
      paths
          .computeIfAbsent(new Form(List.of(), schema, nanoseconds), form -> new ArrayList<>())
          .addAll(kind.paths());
    }
    return paths.entrySet().stream()
        .map(form -> new Form(form.getValue(), form.getKey().schema(), form.getKey().nanoseconds()))
        .toList();
  }

  /** A column with times in the form that Spark may move by the session's zone. */
  Optional<String> int96() {
    return kinds.stream()
        .flatMap(kind -> kind.first().int96().stream())
        .filter(types::containsKey)
        .findFirst();
  }

  /** A file that has the column with the very type that is read. */
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
                + ", a type that Spark does not read; write it with another one");
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
      boolean sameKind = isTime(kind.first(), name) == isTime(first, name);
      if (sameKind && isTime(first, name)) {
        continue;
      }
      DataType wider = sameKind ? common(common, type) : null;
      if (wider == null) {
        return Optional.of(
            "the column '"
                + name
                + "' is "
                + word(kind.first(), name)
                + " in "
                + kind.first().path()
                + " and "
                + (sameKind ? Columns.word(common) : word(first, name))
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

  /** Times of whatever form: each becomes an instant when it is read. */
  private static boolean isTime(ParquetFile file, String name) {
    DataType type = type(file, name);
    return type.equals(DataTypes.TimestampType)
        || type.equals(DataTypes.TimestampNTZType)
        || file.nanoseconds().containsKey(name);
  }

  private static String word(ParquetFile file, String name) {
    return file.nanoseconds().containsKey(name)
        ? "timestamp (nanoseconds)"
        : Columns.word(type(file, name));
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
