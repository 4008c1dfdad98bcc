package dev.nightjar.run;

import dev.nightjar.config.Suggestion;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.job.Job;
import dev.nightjar.result.KeyDigests;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Holds the input's columns against what the job says of them. */
final class InputCheck {
  private final Job job;
  private final List<FeatureView> views;
  private final List<String> findings = new ArrayList<>();

  InputCheck(Job job, List<FeatureView> views) {
    this.job = job;
    this.views = views;
  }

  /** What does not fit, for people; empty when all is well. */
  List<String> of(StructType columns) {
    List<String> names = List.of(columns.fieldNames());
    named().forEach((place, name) -> checkThere(names, place, name));
    for (String key : job.input().key()) {
      if (names.contains(key)) {
        checkKey(key, columns.apply(key).dataType());
      }
    }
    times()
        .forEach(
            (place, name) -> {
              if (names.contains(name)) {
                checkTime(place, name, columns.apply(name).dataType());
              }
            });
    checkNames(names);
    return findings;
  }

  /** Every column that the job names, by the place that names it. */
  private Map<String, String> named() {
    Map<String, String> named = new LinkedHashMap<>(times());
    job.input().key().forEach(name -> named.put("input.key " + name, name));
    job.output().passThrough().forEach(name -> named.put("output.pass-through " + name, name));
    for (FeatureView view : views) {
      view.keys()
          .keySet()
          .forEach(name -> named.put("view " + view.name() + ", key " + name, name));
    }
    return named;
  }

  private Map<String, String> times() {
    Map<String, String> times = new LinkedHashMap<>();
    times.put("input.time", job.input().time());
    job.input().asOf().ifPresent(name -> times.put("input.as-of", name));
    return times;
  }

  private void checkThere(List<String> names, String place, String name) {
    if (!names.contains(name)) {
      findings.add(
          "the input has no column '" + name + "' (" + place + ")" + Suggestion.text(name, names));
    }
  }

  private void checkKey(String name, DataType type) {
    if (type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType)) {
      findings.add(
          "the key column '"
              + name
              + "' is a "
              + type.simpleString()
              + "; floating-point numbers cannot name rows, use a whole number or a text");
    } else {
      KeyDigests.refusal(name, type).ifPresent(findings::add);
    }
  }

  private void checkTime(String place, String name, DataType type) {
    if (!isReadAsTime(type)) {
      findings.add(
          "the column '"
              + name
              + "' ("
              + place
              + ") is a "
              + type.simpleString()
              + " and not a timestamp; cast it in the input, for example with sql:");
    }
  }

  /** Sources may hold times as texts (CSV) or without a zone; they say how to read them. */
  private boolean isReadAsTime(DataType type) {
    if (job.input().rows() instanceof Job.Files files
        && files.source().format() == FileSource.Format.CSV) {
      return type.equals(DataTypes.TimestampType) || type.equals(DataTypes.StringType);
    }
    boolean declaresZone = job.input().rows() instanceof Job.OfSource;
    return type.equals(DataTypes.TimestampType)
        || (declaresZone
            && (type.equals(DataTypes.TimestampNTZType) || type.equals(DataTypes.DateType)));
  }

  private void checkNames(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        findings.add(
            "the input has the column '"
                + name
                + "' twice, but for upper and lower case; rename one");
      }
    }
    for (String name : ReservedColumns.reservedAmong(names)) {
      if (!name.equals(TableReader.MALFORMED)) {
        findings.add(
            "the input's column '"
                + name
                + "' has a name that Nightjar keeps for itself; rename it");
      }
    }
  }
}
