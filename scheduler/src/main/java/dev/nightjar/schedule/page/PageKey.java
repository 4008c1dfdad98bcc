package dev.nightjar.schedule.page;

import dev.nightjar.config.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The key {@code page} of {@code conf/project.yaml}. */
public final class PageKey {
  /** What it is called. */
  public static final String NAME = "page";

  /** Where the page is shown when only its host is said. */
  public static final int PORT = 8090;

  private static final int MOST_PORT = 65_535;
  private static final String TOKENS = "tokens";

  private PageKey() {}

  /**
   * What a project says of its page; empty where it says nothing. Mistakes are reported to the
   * section.
   *
   * @param folder of the project, absolute
   */
  public static Optional<PageSettings> read(Section section, Path folder) {
    if (!section.has(NAME)) {
      return Optional.empty();
    }
    Section page = section.section(NAME);
    String host = page.optionalString("host").orElse(PageSettings.LOOPBACK);
    int port = (int) page.whole("port", PORT, 0, MOST_PORT);
    Optional<Path> tokens = page.optionalString(TOKENS).map(folder::resolve);
    tokens
        .filter(file -> !Files.isReadable(file) || Files.isDirectory(file))
        .ifPresent(
            file ->
                page.problem(
                    TOKENS,
                    "there is no file "
                        + file
                        + " that can be read; it holds lines of 'nightjar serve token NAME'"));
    boolean isBehindProxy = page.bool("behind-proxy", false);
    page.refuseUnknownKeys();
    PageSettings settings = new PageSettings(host, port, tokens, isBehindProxy);
    settings.mistake().ifPresent(mistake -> page.problem(TOKENS, mistake));
    return Optional.of(settings);
  }
}
