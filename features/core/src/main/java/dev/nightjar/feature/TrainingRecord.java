package dev.nightjar.feature;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.YamlFile;
import dev.nightjar.config.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a training set was made of, written beside it as YAML; packaging copies it into the bundle,
 * so that scoring joins by the same rules and fills in the same defaults.
 *
 * @param views the rules of the joined views, without their places
 * @param statistics the figures that stand for defaults such as {@code mean}
 * @param inputDigest SHA-256 over the listing of the input's files
 * @param rows rows of the training set
 * @param rejected rows that the join rejected, written beside it
 */
public record TrainingRecord(
    List<FeatureView> views,
    FeatureStatistics statistics,
    String inputDigest,
    long rows,
    long rejected) {
  private static final int FORMAT = 1;

  /** What to append to the path of a training set to name its record. */
  public static final String SUFFIX = ".features.yaml";

  /** What to append to the path of a training set to name its rejected rows. */
  public static final String REJECTED_SUFFIX = ".rejected";

  public TrainingRecord {
    views = views.stream().map(FeatureView::semantics).toList();
  }

  /** The record as YAML that {@link #parse} reads. */
  public String toYaml() {
    Map<String, Object> yaml = new LinkedHashMap<>();
    yaml.put("format", FORMAT);
    yaml.put("rows", rows);
    yaml.put("rejected", rejected);
    yaml.put("input-digest", inputDigest);
    yaml.put("views", new ArrayList<>(views.stream().map(FeatureViews::toYaml).toList()));
    yaml.put("statistics", statistics.toYaml(views));
    return YamlText.of(yaml);
  }

  /**
   * The record that a text holds.
   *
   * @param name what messages call the file
   * @throws dev.nightjar.config.ConfigurationException with every mistake
   */
  public static TrainingRecord parse(String name, String text) {
    Problems problems = new Problems();
    Optional<TrainingRecord> record =
        YamlFile.parse(name, text, Environment.verbatim(), problems).flatMap(TrainingRecord::read);
    problems.throwIfAny();
    return record.orElseThrow();
  }

  private static Optional<TrainingRecord> read(Section section) {
    long format = section.whole("format", 0, 0);
    if (format != FORMAT) {
      // What another format means by its keys is not known: no word about them.
      section.problem("format", format + " is not a format that this Nightjar reads; it reads 1");
      return Optional.empty();
    }
    List<FeatureView> views =
        section.sectionList("views", (i, one) -> FeatureViews.readSemantics(one)).stream()
            .flatMap(Optional::stream)
            .toList();
    FeatureStatistics statistics =
        section
            .optionalSection("statistics")
            .map(s -> FeatureStatistics.read(s, views))
            .orElse(FeatureStatistics.NONE);
    TrainingRecord record =
        new TrainingRecord(
            views,
            statistics,
            section.string("input-digest"),
            required(section, "rows"),
            required(section, "rejected"));
    section.refuseUnknownKeys();
    return Optional.of(record);
  }

  private static long required(Section section, String key) {
    if (!section.has(key)) {
      section.problem(key, "the key is required and missing");
    }
    return section.whole(key, 0, 0);
  }
}
