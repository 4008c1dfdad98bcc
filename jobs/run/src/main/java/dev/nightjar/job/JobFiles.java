package dev.nightjar.job;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.bundle.VerifyingKey;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Limit;
import dev.nightjar.config.Problem;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.Suggestion;
import dev.nightjar.config.Template;
import dev.nightjar.config.YamlFile;
import dev.nightjar.engine.DeviceChoice;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.feature.DatabaseSource;
import dev.nightjar.feature.DeclaredView;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.IcebergSource;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.Source;
import dev.nightjar.registry.Reference;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a job file and the files of its views. */
final class JobFiles {
  private final Project project;
  private final Environment environment;
  private final Problems problems;

  JobFiles(Project project, Environment environment, Problems problems) {
    this.project = project;
    this.environment = environment;
    this.problems = problems;
  }

  /** The job in a file; what is wrong with it has been reported. */
  Optional<Job> read(Path file) {
    return YamlFile.read(file, environment, problems).map(section -> read(file, section));
  }

  private Job read(Path file, Section section) {
    String name = section.name("job");
    Grain grain = readGrain(section);
    ZoneId zone = section.zone("zone").orElseGet(() -> missingZone(section));
    if (!Interval.isPossible(grain, zone)) {
      section.problem(
          "zone",
          zone
              + " moves its clock by part of an hour; intervals of 1h need another zone, such as"
              + " UTC");
    }
    Job.Input input = readInput(section.section("input"));
    List<Path> files = new ArrayList<>(List.of(file));
    List<DeclaredView> declared = readViews(section, files);
    List<FeatureView> views = declared.stream().map(DeclaredView::view).toList();
    Map<String, JoinWay> joins =
        section
            .optionalSection("joins")
            .map(one -> readJoins(one, section.strings("features")))
            .orElse(Map.of());
    Template bundle = section.template("bundle");
    refuseOtherVariables(section, "bundle", bundle, List.of());
    checkReference(section, bundle);
    Optional<TrustedKeys> signedBy = readKeys(section, files);
    Job.Asked<EngineChoice> engine =
        asked(section, "engine", EngineChoice.class, EngineChoice.AUTO);
    Job.Asked<DeviceChoice> device =
        asked(section, "device", DeviceChoice.class, DeviceChoice.AUTO);
    Job.Output output = OutputSection.read(section.section("output"));
    Job.Limits limits = readLimits(section);
    Job.Audit audit =
        section.optionalSection("audit").map(JobFiles::readAudit).orElse(Job.Audit.DEFAULT);
    Optional<Schedule> schedule =
        section.optionalSection("schedule").flatMap(one -> Schedule.read(one, zone));
    section.refuseUnknownKeys();
    if (input.asOf().isEmpty()) {
      views.stream()
          .filter(view -> !view.isStatic())
          .findFirst()
          .ifPresent(
              view ->
                  section.problem(
                      "input",
                      "'as-of' is required: the view '"
                          + view.name()
                          + "' has event times; name the column that says when a row asks"));
    }
    return new Job(
        name,
        project.folder(),
        environment,
        grain,
        zone,
        input,
        views,
        freshness(declared),
        joins,
        bundle,
        project.registry(problems),
        signedBy,
        engine,
        device,
        output,
        limits,
        audit,
        schedule,
        project.digest(files));
  }

  private static Grain readGrain(Section section) {
    String word = section.string("interval");
    Optional<Grain> grain = Grain.of(word);
    if (grain.isEmpty() && !word.isEmpty()) {
      section.problem(
          "interval",
          section.quote(word) + " is no interval; use " + String.join(" | ", Grain.words()));
    }
    return grain.orElse(Grain.DAY);
  }

  private static ZoneId missingZone(Section section) {
    if (!section.has("zone")) {
      section.problem(
          "zone",
          "the key is required and missing; intervals begin at this zone's midnight, write UTC or"
              + " America/New_York");
    }
    return ZoneOffset.UTC;
  }

  private static <E extends Enum<E>> Job.Asked<E> asked(
      Section section, String key, Class<E> type, E fallback) {
    return new Job.Asked<>(section.choice(key, type, fallback), section.place(key));
  }

  private Job.Input readInput(Section section) {
    Job.Rows rows = readRows(section);
    String time = section.string("time");
    List<String> key = section.strings("key");
    if (key.isEmpty()) {
      section.problem("key", "the key is required and missing; name the columns that name a row");
    }
    if (new HashSet<>(key).size() < key.size()) {
      section.problem("key", "a column stands here twice");
    }
    Optional<String> asOf = section.optionalString("as-of");
    section.refuseUnknownKeys();
    return new Job.Input(rows, time, key, asOf);
  }

  private static Job.Rows readRows(Section section) {
    List<String> given =
        List.of("path", "jdbc", "iceberg", "table", "sql").stream()
            .filter(section.keys()::contains)
            .toList();
    if (given.size() != 1) {
      section.problem(
          given.isEmpty()
              ? "one of 'path', 'jdbc', 'iceberg', 'table' and 'sql' is required, to say where the rows are"
              : "'" + String.join("' and '", given) + "' stand side by side; keep one of them");
    }
    if (section.has("table")) {
      return new Job.Table(section.string("table"));
    }
    if (section.has("sql")) {
      Template sql = section.template("sql");
      refuseOtherVariables(section, "sql", sql, Interval.variableNames());
      return new Job.Query(sql);
    }
    if (section.hasSection("jdbc") && Source.read(section) instanceof DatabaseSource source) {
      refuseOtherVariables(
          section.section("jdbc"), "query", source.table(), Interval.variableNames());
      return new Job.Database(source);
    }
    if (section.hasSection("iceberg") && Source.read(section) instanceof IcebergSource source) {
      return new Job.Iceberg(source);
    }
    FileSource source = given.isEmpty() ? Source.parquet("") : FileSource.read(section);
    refuseOtherVariables(section, "path", source.path(), Interval.variableNames());
    return new Job.Files(source);
  }

  private static Map<String, Duration> freshness(List<DeclaredView> views) {
    Map<String, Duration> freshness = new LinkedHashMap<>();
    for (DeclaredView declared : views) {
      declared.card().freshWithin().ifPresent(age -> freshness.put(declared.view().name(), age));
    }
    return freshness;
  }

  private List<DeclaredView> readViews(Section section, List<Path> files) {
    List<DeclaredView> views = new ArrayList<>();
    List<String> names = section.strings("features");
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Optional<Path> file = project.viewFile(name);
      if (file.isEmpty()) {
        section.problem(
            "features",
            i,
            "no feature view '" + name + "'" + Suggestion.text(name, project.viewNames()));
      } else if (names.indexOf(name) < i) {
        section.problem("features", i, "the view '" + name + "' stands here twice");
      } else {
        files.add(file.get());
        readView(name, file.get()).ifPresent(views::add);
      }
    }
    return views;
  }

  private static Map<String, JoinWay> readJoins(Section section, List<String> views) {
    Map<String, JoinWay> joins = new LinkedHashMap<>();
    for (String name : section.keys()) {
      JoinWay way = section.choice(name, JoinWay.class, JoinWay.MERGE);
      if (views.contains(name)) {
        joins.put(name, way);
      } else {
        section.problem(
            name, "'" + name + "' is none of this job's 'features'" + Suggestion.text(name, views));
      }
    }
    return joins;
  }

  private Optional<DeclaredView> readView(String name, Path file) {
    Optional<DeclaredView> read =
        YamlFile.read(file, environment, problems).flatMap(FeatureViews::readDeclared);
    Optional<FeatureView> view = read.map(DeclaredView::view);
    if (view.isPresent() && !view.get().name().equals(name) && !view.get().name().isEmpty()) {
      problems.add(
          new Problem(
              file.toString(),
              0,
              "view",
              "the view is called '"
                  + view.get().name()
                  + "' and its file "
                  + name
                  + ".yaml; give both one name"));
    }
    return read;
  }

  private static void checkReference(Section section, Template bundle) {
    if (Reference.isReference(bundle.text())) {
      try {
        Reference.parse(bundle.text());
      } catch (RegistryException e) {
        // What stands in the environment is not shown, however short it is.
        String why =
            bundle.written().equals(bundle.text())
                ? e.getMessage()
                : "what "
                    + bundle
                    + " stands for is no reference to the registry: name@alias, name:version or"
                    + " name@sha256:digest";
        section.problem("bundle", why + ". A path of such a name is written ./" + bundle);
      }
    }
  }

  private Optional<TrustedKeys> readKeys(Section section, List<Path> files) {
    String key = "bundle-signed-by";
    List<String> names = section.strings(key);
    if (names.isEmpty()) {
      if (section.has(key)) {
        section.problem(key, "no key is named, so no bundle could be taken; leave it out for any");
      }
      return Optional.empty();
    }
    List<Path> keys = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Path file = project.folder().resolve(names.get(i));
      try {
        VerifyingKey.read(file);
        keys.add(file);
      } catch (BundleException e) {
        section.problem(key, i, String.valueOf(e.getMessage()));
      }
    }
    files.addAll(keys);
    return keys.size() < names.size() ? Optional.empty() : Optional.of(TrustedKeys.read(keys));
  }

  private static Job.Limits readLimits(Section section) {
    return section
        .optionalSection("limits")
        .map(
            limits -> {
              Job.Limits read =
                  new Job.Limits(
                      Limit.read(limits, "rejected-rows"),
                      Limit.read(limits, "unassigned-rows"),
                      limits.whole("min-rows", 1, 0),
                      limits.choice("empty-views", Job.EmptyViews.class, Job.EmptyViews.REFUSE));
              limits.refuseUnknownKeys();
              return read;
            })
        .orElseGet(() -> new Job.Limits(Limit.NONE, Limit.NONE, 1, Job.EmptyViews.REFUSE));
  }

  private static Job.Audit readAudit(Section section) {
    Job.Audit read =
        new Job.Audit(
            (int) section.whole("sample", Job.Audit.DEFAULT.sample(), 0, Job.Audit.MOST),
            section.duration("deadline").orElse(Job.Audit.DEFAULT.deadline()),
            section.choice(
                "without-reference",
                Job.WithoutReference.class,
                Job.Audit.DEFAULT.withoutReference()));
    section.refuseUnknownKeys();
    return read;
  }

  static void refuseOtherVariables(
      Section section, String key, Template template, List<String> known) {
    for (String variable : template.variables()) {
      if (!known.contains(variable)) {
        section.problem(
            key,
            known.isEmpty()
                ? "${" + variable + "} cannot stand here; only ${env:NAME} can"
                : "there is no variable ${" + variable + "}" + Suggestion.text(variable, known));
      }
    }
  }
}
