package dev.nightjar.job;

import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import dev.nightjar.feature.DatabaseSource;
import dev.nightjar.feature.IcebergSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads where a job's result goes: files alone, or a table besides. */
final class OutputSection {
  private static final String POSTGRESQL = "jdbc:postgresql:";
  private static final String PART = "(\"([^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{Nd}_$]*)";
  private static final Pattern TABLE = Pattern.compile(PART + "(\\." + PART + ")?");

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
    if (section.hasSection("jdbc") && section.hasSection("iceberg")) {
      section.problem("jdbc", "stands beside 'iceberg'; results go to one table, keep one of them");
    }
    if (section.hasSection("jdbc")) {
      return Optional.of(readDatabase(section.section("jdbc")));
    }
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

  private static Job.DatabaseTarget readDatabase(Section section) {
    Template url = section.template("url");
    if (section.has("url") && !url.text().startsWith(POSTGRESQL)) {
      section.problem(
          "url",
          section.quote(url.written())
              + " is not "
              + POSTGRESQL
              + "//host:port/database; results are published to no other database, because what one"
              + " transaction can do is particular to each");
    }
    Optional<Template> user = section.optionalTemplate("user");
    Optional<Template> password = section.optionalTemplate("password");
    DatabaseSource.refuseOpenPassword(section, "url", url, password);
    DatabaseSource.refuseVariables(section, "url", Optional.of(url));
    DatabaseSource.refuseVariables(section, "user", user);
    DatabaseSource.refuseVariables(section, "password", password);
    String table = section.string("table");
    if (section.has("table") && !TABLE.matcher(table).matches()) {
      section.problem(
          "table",
          section.quote(table)
              + " is no name of a table; write table or schema.table, and what is not in lower case"
              + " in double quotes");
    }
    Job.DatabaseTarget.Write write =
        section.choice("write", Job.DatabaseTarget.Write.class, Job.DatabaseTarget.Write.INTERVAL);
    section.refuseUnknownKeys();
    return new Job.DatabaseTarget(url, user, password, table, write);
  }

  /** Attempts, claims, manifests and run records lie in files, whatever readers read. */
  private static Template readPath(Section section, boolean ofTable) {
    String key = ofTable ? "state" : "path";
    if (ofTable && section.has("path")) {
      section.problem(
          "path",
          "readers go by the table; say 'state' for the folder in which attempts, claims, manifests"
              + " and run records lie");
    } else if (ofTable && !section.hasSection("iceberg") && !section.hasSection("jdbc")) {
      section.problem(
          "state", "it goes with a table, such as 'iceberg' or 'jdbc'; for files say 'path'");
    }
    Template path = section.template(key);
    JobFiles.refuseOtherVariables(section, key, path, List.of());
    return path;
  }
}
