package dev.nightjar.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads YAML 1.2 into a {@link Section}. Tags never name Java types; aliases are refused, so a
 * small file cannot unfold into a large one.
 */
public final class YamlFile {
  private static final int MOST_BYTES = 4 << 20;

  private YamlFile() {}

  /**
   * The top section of a file, or empty when it cannot be read as a map of keys; then there is a
   * problem that says why.
   */
  public static Optional<Section> read(Path file, Environment environment, Problems problems) {
    String name = file.toString();
    try {
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        problems.add(
            new Problem(
                name,
                0,
                "",
                "the file has "
                    + size
                    + " bytes, more than the "
                    + MOST_BYTES
                    + " that a configuration file may have"));
        return Optional.empty();
      }
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return parse(name, text, environment, problems);
    } catch (NoSuchFileException e) {
      problems.add(new Problem(name, 0, "", "there is no such file"));
    } catch (CharacterCodingException e) {
      problems.add(new Problem(name, 0, "", "the file is not UTF-8 text; save it as UTF-8"));
    } catch (IOException e) {
      problems.add(new Problem(name, 0, "", "the file cannot be read: " + e.getMessage()));
    }
    return Optional.empty();
  }

  /** The top section of a text; {@code name} is what problems call the file. */
  public static Optional<Section> parse(
      String name, String text, Environment environment, Problems problems) {
    LoadSettings settings = LoadSettings.builder().setLabel(name).setUseMarks(true).build();
    try {
      for (Event event : new Parse(settings).parseString(text)) {
        if (event instanceof AliasEvent alias) {
          problems.add(
              new Problem(
                  name,
                  line(event.getStartMark()),
                  "",
                  "the alias *" + alias.getAlias() + " is refused; write the value out"));
          return Optional.empty();
        }
      }
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isPresent() && root.get() instanceof MappingNode map) {
        return Optional.of(new Section(name, "", map, environment, problems));
      }
      problems.add(
          new Problem(name, root.isPresent() ? 1 : 0, "", "the file must hold keys and values"));
    } catch (MarkedYamlEngineException e) {
      String context = e.getContext() == null ? "" : e.getContext() + ": ";
      problems.add(
          new Problem(
              name, line(e.getProblemMark()), "", "this is not YAML: " + context + e.getProblem()));
    } catch (YamlEngineException e) {
      problems.add(new Problem(name, 0, "", "this is not YAML: " + e.getMessage()));
    }
    return Optional.empty();
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(m -> m.getLine() + 1).orElse(0);
  }
}
