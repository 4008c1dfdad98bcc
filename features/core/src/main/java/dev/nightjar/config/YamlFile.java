package dev.nightjar.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads YAML 1.2 into a {@link Section}. Tags and aliases are refused, so a file names no Java
 * types and a small one cannot unfold into a large one; so is nesting that would exhaust the stack.
 */
public final class YamlFile {
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_NESTED = 64;
  private static final int LARGE_BUFFER = 1 << 16;

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
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setUseMarks(true)
            .setCodePointLimit(MOST_BYTES)
            // For each buffer that a value spans, the reader copies the value so far.
            .setBufferSize(LARGE_BUFFER)
            .build();
    try {
      Optional<Problem> refused = refused(name, new Parse(settings).parseString(text));
      if (refused.isPresent()) {
        problems.add(refused.get());
        return Optional.empty();
      }
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isPresent() && root.get() instanceof MappingNode map) {
        return Optional.of(new Section(name, "", map, environment, problems));
      }
      int line = root.map(node -> line(node.getStartMark())).orElse(0);
      problems.add(new Problem(name, line, "", "the file must hold keys and values"));
    } catch (MarkedYamlEngineException e) {
      String context = e.getContext() == null ? "" : e.getContext() + ": ";
      problems.add(
          new Problem(
              name, line(e.getProblemMark()), "", "this is not YAML: " + context + e.getProblem()));
    } catch (ReaderException e) {
      problems.add(
          new Problem(
              name,
              lineAt(text, e.getPosition()),
              "",
              String.format(Locale.ROOT, "the character U+%04X is refused", e.getCodePoint())));
    } catch (YamlEngineException e) {
      problems.add(new Problem(name, 0, "", "this is not YAML: " + e.getMessage()));
    }
    return Optional.empty();
  }

  // Judged on events, before nodes are made: making them recurses, and follows aliases.
  private static Optional<Problem> refused(String name, Iterable<Event> events) {
    int depth = 0;
    int documents = 0;
    for (Event event : events) {
      depth += nesting(event);
      documents += event.getEventId() == Event.ID.DocumentStart ? 1 : 0;
      String message = null;
      if (event instanceof AliasEvent alias) {
        message = "the alias *" + alias.getAlias() + " is refused; write the value out";
      } else if (tag(event).isPresent()) {
        message =
            "the tag "
                + tag(event).get().replace(Tag.PREFIX, "!!")
                + " is refused; leave it out, and write a text in quotes";
      } else if (depth > MOST_NESTED) {
        message = "this is nested more than " + MOST_NESTED + " deep";
      } else if (documents > 1) {
        message = "a second document begins here; write it in a file of its own";
      }
      if (message != null) {
        return Optional.of(new Problem(name, line(event.getStartMark()), "", message));
      }
    }
    return Optional.empty();
  }

  private static int nesting(Event event) {
    return switch (event.getEventId()) {
      case MappingStart, SequenceStart -> 1;
      case MappingEnd, SequenceEnd -> -1;
      default -> 0;
    };
  }

  private static Optional<String> tag(Event event) {
    if (event instanceof ScalarEvent scalar) {
      return scalar.getTag();
    }
    return event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
  }

  private static int lineAt(String text, int position) {
    return 1 + (int) text.codePoints().limit(position).filter(c -> c == '\n').count();
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(m -> m.getLine() + 1).orElse(0);
  }
}
