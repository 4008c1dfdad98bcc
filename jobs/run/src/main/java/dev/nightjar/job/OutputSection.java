package dev.nightjar.job;

import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import dev.nightjar.feature.IcebergSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads where a job's result goes: files alone, or a table besides. */
final class OutputSection {
  private OutputSection() {}

  static Job.Output read(Section section) {
    Optional<Job.Target> table = readTable(section);
    Template path = readPath(section, table.isPresent() || section.has("state"));
    section.choice("format", Format.class, Format.PARQUET);
    List<String> passThrough = section.strings("pass-through");
    Duration keep = section.duration("keep").orElse(Job.Output.KEEP);
    section.refuseUnknownKeys();
    return new Job.Output(path, table, passThrough, keep);
  }

  /** What the files are written as. */
  private enum Format {
    PARQUET
  }

  private static Optional<Job.Target> readTable(Section section) {
    if (!section.hasSection("iceberg")) {
      return Optional.empty();
    }
    Section iceberg = section.section("iceberg");
    for (String key : List.of("snapshot", "zone", "columns")) {
      if (iceberg.has(key)) {
        iceberg.problem(key, "this is for tables that are read; leave it out");
      }
    }
    IcebergSource table = IcebergSource.read(iceberg);
    iceberg.refuseUnknownKeys();
    return Optional.of(new Job.IcebergTarget(table));
  }

  /** Attempts, claims, manifests and run records lie in files, whatever readers read. */
  private static Template readPath(Section section, boolean ofTable) {
    String key = ofTable ? "state" : "path";
    if (ofTable && section.has("path")) {
      section.problem(
          "path",
          "readers go by the table; say 'state' for the folder in which attempts, claims, manifests"
              + " and run records lie");
    } else if (ofTable && !section.hasSection("iceberg")) {
      section.problem("state", "it goes with a table, such as 'iceberg'; for files say 'path'");
    }
    Template path = section.template(key);
    JobFiles.refuseOtherVariables(section, key, path, List.of());
    return path;
  }
}
