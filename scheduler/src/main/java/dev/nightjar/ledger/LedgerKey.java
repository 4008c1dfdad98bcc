package dev.nightjar.ledger;

import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import java.nio.file.Path;
import java.util.Optional;

/** The key {@code ledger} of {@code conf/project.yaml}. */
public final class LedgerKey {
  /** What it is called. */
  public static final String NAME = "ledger";

  private static final String USUAL = "ledger/nightjar.db";
  private static final String POSTGRESQL = "jdbc:postgresql:";

  private LedgerKey() {}

  /** Where the ledger of a project lies that does not say. */
  public static LedgerPlace usual(Path folder) {
    return new LedgerPlace.File(folder.resolve(USUAL));
  }

  /**
   * Where a project's ledger lies: a file of this machine, or keys and values for a database.
   * Mistakes are reported to the section.
   *
   * @param folder of the project, absolute
   */
  public static LedgerPlace read(Section section, Path folder) {
    if (!section.has(NAME)) {
      return usual(folder);
    }
    if (section.hasSection(NAME)) {
      return database(section.section(NAME));
    }
    Template path = section.template(NAME);
    refuseVariables(section, NAME, path);
    if (path.text().contains(":/")) {
      section.problem(
          NAME,
          section.quote(path.written())
              + " is no file of this machine; for a database write {url: jdbc:postgresql://HOST/NAME,"
              + " user: USER, password: ${env:NAME}}");
      return usual(folder);
    }
    return new LedgerPlace.File(folder.resolve(path.text()));
  }

  private static LedgerPlace database(Section section) {
    Template url = section.template("url");
    String user = section.string("user");
    Optional<Template> password = section.optionalTemplate("password");
    if (section.has("url") && !url.text().startsWith(POSTGRESQL)) {
      section.problem(
          "url", section.quote(url.written()) + " is not " + POSTGRESQL + "//HOST:PORT/DATABASE");
    }
    if (url.written().contains("password=")) {
      section.problem("url", "holds a password, which messages would show; use the key 'password'");
    }
    if (password.isPresent() && password.get().written().equals(password.get().text())) {
      section.problem(
          "password", "stands here for everyone to read; write ${env:NAME} or ${file:/path}");
    }
    refuseVariables(section, "url", url);
    password.ifPresent(given -> refuseVariables(section, "password", given));
    section.refuseUnknownKeys();
    return new LedgerPlace.Database(url.text(), user, password.map(Template::text).orElse(""));
  }

  private static void refuseVariables(Section section, String key, Template template) {
    for (String variable : template.variables()) {
      section.problem(key, "${" + variable + "} cannot stand here; only ${env:NAME} can");
    }
  }
}
