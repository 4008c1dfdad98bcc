package dev.nightjar.demo;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.YamlFile;
import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.Constants;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FileSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The point-in-time join over CSV files in plain Java, written from the rule's text, so that
 * trainings can be tried without Spark. Whole rows, no last-known values, ties taken in file order.
 */
public final class PlainJoin {
  /** A joined table and how its rows found theirs. */
  public record Joined(
      List<Map<String, @Nullable Object>> rows,
      Map<String, Integer> noRow,
      Map<String, Integer> stale) {}

  private PlainJoin() {}

  /** The input's rows with the views' features, defaults filled in. */
  public static Joined join(Path project, FileSource input, String asOf, List<FeatureView> views) {
    List<Map<String, @Nullable Object>> rows = read(project, input, Map.of());
    Map<String, Integer> noRow = new TreeMap<>();
    Map<String, Integer> stale = new TreeMap<>();
    for (FeatureView view : views) {
      Map<List<Object>, List<Map<String, @Nullable Object>>> table = table(project, view);
      for (Map<String, @Nullable Object> row : rows) {
        Map<String, @Nullable Object> found = find(view, table, row, (Long) row.get(asOf));
        if (found == null) {
          noRow.merge(view.name(), 1, Integer::sum);
        } else if (isStale(view, found, (Long) row.get(asOf))) {
          stale.merge(view.name(), 1, Integer::sum);
          found = null;
        }
        for (Feature feature : view.features()) {
          row.put(feature.name(), found == null ? null : found.get(feature.column()));
        }
      }
      view.features().forEach(feature -> fillIn(rows, feature));
    }
    return new Joined(rows, noRow, stale);
  }

  private static Map<List<Object>, List<Map<String, @Nullable Object>>> table(
      Path project, FeatureView view) {
    Map<String, DataType> types = new HashMap<>();
    view.features().forEach(feature -> types.put(feature.column(), feature.type()));
    Comparator<Map<String, @Nullable Object>> order =
        Comparator.comparing(
            row -> view.isStatic() ? 0L : (Long) row.get(view.eventTime().orElseThrow()));
    for (String column : view.tieBreak()) {
      order =
          order.thenComparing(
              row -> (Long) row.get(column), Comparator.nullsFirst(Comparator.naturalOrder()));
    }
    Comparator<Map<String, @Nullable Object>> ordered = order;
    return new HashSet<>(read(project, (FileSource) view.source().orElseThrow(), types))
        .stream()
            .filter(row -> view.isStatic() || row.get(view.eventTime().orElseThrow()) != null)
            .sorted(ordered)
            .collect(
                groupingBy(row -> view.keys().values().stream().map(row::get).toList(), toList()));
  }

  private static @Nullable Map<String, @Nullable Object> find(
      FeatureView view,
      Map<List<Object>, List<Map<String, @Nullable Object>>> table,
      Map<String, @Nullable Object> row,
      @Nullable Long asOf) {
    List<Object> key = new ArrayList<>();
    for (String column : view.keys().keySet()) {
      if (row.get(column) == null) {
        return null;
      }
      key.add(row.get(column));
    }
    List<Map<String, @Nullable Object>> candidates = table.getOrDefault(key, List.of());
    if (view.isStatic()) {
      return candidates.isEmpty() ? null : candidates.get(candidates.size() - 1);
    }
    if (asOf == null) {
      return null;
    }
    int low = 0;
    int high = candidates.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      long time = (Long) candidates.get(middle).get(view.eventTime().orElseThrow());
      boolean past = view.boundary() == FeatureView.Boundary.STRICT ? time < asOf : time <= asOf;
      low = past ? middle + 1 : low;
      high = past ? high : middle;
    }
    for (int i = low - 1; i >= 0; i--) {
      if (isAvailable(view, candidates.get(i), asOf)) {
        return candidates.get(i);
      }
    }
    return null;
  }

  private static boolean isAvailable(
      FeatureView view, Map<String, @Nullable Object> candidate, long asOf) {
    if (view.availability() instanceof Availability.After after) {
      long time = (Long) candidate.get(view.eventTime().orElseThrow());
      return time + after.delay().toNanos() / 1000 <= asOf;
    }
    if (view.availability() instanceof Availability.AtColumn at) {
      return candidate.get(at.column()) instanceof Long time && time <= asOf;
    }
    return true;
  }

  private static boolean isStale(
      FeatureView view, Map<String, @Nullable Object> found, @Nullable Long asOf) {
    return view.maxAge().isPresent()
        && asOf != null
        && asOf - (Long) found.get(view.eventTime().orElseThrow())
            > view.maxAge().get().toNanos() / 1000;
  }

  private static void fillIn(List<Map<String, @Nullable Object>> rows, Feature feature) {
    Object value = null;
    if (feature.defaultValue() instanceof DefaultValue.Constant constant) {
      value = constant.value();
    } else if (feature.defaultValue() instanceof DefaultValue.Statistic statistic) {
      List<Object> known =
          rows.stream()
              .map(row -> row.get(feature.name()))
              .<Object>mapMulti((v, next) -> Optional.ofNullable(v).ifPresent(next))
              .toList();
      value =
          switch (statistic.kind()) {
            case MEAN -> known.stream().mapToDouble(v -> (Double) v).average().orElseThrow();
            case MIN -> known.stream().mapToDouble(v -> (Double) v).min().orElseThrow();
            case MAX -> known.stream().mapToDouble(v -> (Double) v).max().orElseThrow();
            case MOST_FREQUENT ->
                known.stream().collect(groupingBy(v -> v, counting())).entrySet().stream()
                    .max(
                        Map.Entry.<Object, Long>comparingByValue()
                            .thenComparing(e -> -(Double) e.getKey()))
                    .orElseThrow()
                    .getKey();
          };
    }
    if (value != null) {
      for (Map<String, @Nullable Object> row : rows) {
        row.putIfAbsent(feature.name(), value);
      }
    }
  }

  /** Where the input of a job lies. */
  public static FileSource input(Path jobFile, Environment environment) {
    Problems problems = new Problems();
    FileSource source =
        YamlFile.read(jobFile, environment, problems)
            .map(job -> FileSource.read(job.section("input")))
            .orElseThrow();
    problems.throwIfAny();
    return source;
  }

  /** The rows of a CSV file; columns without a declared type are texts. */
  public static List<Map<String, @Nullable Object>> read(
      Path project, FileSource source, Map<String, DataType> types) {
    Path file = project.resolve(source.path().text());
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    try (InputStream bytes = Files.newInputStream(file);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes,
                    StandardCharsets.UTF_8))) {
      String[] names = lines.readLine().split(source.delimiter(), -1);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split(source.delimiter(), -1);
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
          DataType type =
              types.getOrDefault(
                  names[i], source.columns().getOrDefault(names[i], DataType.STRING));
          boolean isNull =
              cells[i].isEmpty() || source.nullValue().filter(cells[i]::equals).isPresent();
          row.put(names[i], isNull ? null : value(cells[i], type));
        }
        rows.add(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static Object value(String cell, DataType type) {
    return switch (type) {
      case DOUBLE -> Double.valueOf(cell);
      case FLOAT -> Float.valueOf(cell);
      case INTEGER -> Integer.valueOf(cell);
      case LONG -> Long.valueOf(cell);
      case BOOLEAN, STRING, TIMESTAMP -> Constants.convert(cell, type).orElseThrow();
    };
  }
}
