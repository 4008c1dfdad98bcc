package dev.nightjar.result;

import dev.nightjar.config.Suggestion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.sources.RelationProvider;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Published results for Spark and SQL.
 *
 * <pre>
 * spark.read().format("nightjar").option("interval", "2013-11-05").load("out/flight-delay")
 * CREATE TEMPORARY VIEW delays USING nightjar OPTIONS (path 'out/flight-delay', content 'scored')
 * </pre>
 *
 * <p>Options: {@code path}, {@code interval} (default: all), {@code content} ({@code scored},
 * {@code filtered} or {@code quarantine}). A Dataset or temporary view keeps the versions that were
 * current when it was made.
 */
public final class NightjarSource implements RelationProvider, DataSourceRegister {
  private static final String PATH = "path";
  private static final String INTERVAL = "interval";
  private static final String CONTENT = "content";
  private static final List<String> KNOWN = List.of(PATH, INTERVAL, CONTENT);

  @Override
  public String shortName() {
    return "nightjar";
  }

  @Override
  public BaseRelation createRelation(
      SQLContext context, scala.collection.immutable.Map<String, String> parameters) {
    return relation(context.sparkSession(), CollectionConverters.asJava(parameters));
  }

  static BaseRelation relation(SparkSession spark, Map<String, String> parameters) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(parameters);
    refuseUnknown(options);
    Results results = Results.at(spark, path(options));
    return Optional.ofNullable(options.get(INTERVAL))
        .map(results::interval)
        .orElse(results)
        .relation(Content.of(options.getOrDefault(CONTENT, "scored")));
  }

  private static String path(Map<String, String> options) {
    String path = options.get(PATH);
    if (path == null) {
      throw new ResultException(
          "option", PATH, "is missing", "give the one output path that a job writes to");
    }
    return path;
  }

  /** A misspelt option would silently read something else. */
  private static void refuseUnknown(Map<String, String> options) {
    for (String name : options.keySet()) {
      if (!KNOWN.contains(name.toLowerCase(Locale.ROOT))) {
        throw new ResultException(
            "option",
            name,
            "is not known to format nightjar" + Suggestion.text(name, KNOWN),
            "use path, interval or content");
      }
    }
  }
}
