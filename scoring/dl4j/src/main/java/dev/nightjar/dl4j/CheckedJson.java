package dev.nightjar.dl4j;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.nightjar.bundle.BundleException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * JSON that names classes, gone through before a library sees it. Jackson, as DL4J and DataVec set
 * it up, loads whatever class a file names, and so runs its static initializer, before it asks
 * whether the class fits; here only classes of {@link ClassList} pass. The libraries then read what
 * was written anew from what was gone through, so there is nothing that they could read otherwise:
 * no key that stands there twice, no other encoding, nothing behind the end.
 *
 * <p>Class names stand in three places. Under {@code @class}, where only names of the list pass;
 * under {@code type}, where distributions have them and others have other words, so that a name
 * passes that is on the list or none of a class that is there to be loaded; and, which neither
 * library writes but Jackson takes, as the first element of an array in the place of an object,
 * where no such name passes. Older files name layers by words of a fixed list, which the libraries
 * keep. That no class of the lists has a type under another key, or a property that is itself a
 * class, is what a test makes sure of.
 */
final class CheckedJson {
  private static final String CLASS_KEY = "@class";

  /** Under it stand other things too. */
  private static final String TYPE_KEY = "type";

  /** The keys under which Jackson looks for the class of an object. */
  static final Set<String> CLASS_KEYS = Set.of(CLASS_KEY, TYPE_KEY);

  private static final int DEEPEST = 100;
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int MOST_TOKENS = 500_000;

  /** Each costs a look at the class path. */
  private static final int MOST_LOOKED_UP = 2_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(LONGEST_TEXT)
                  .maxNumberLength(100)
                  .maxNameLength(LONGEST_TEXT)
                  .maxTokenCount(MOST_TOKENS)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** What Jackson's messages say of where it read. */
  private static final Pattern JACKSONS_OWN = Pattern.compile("(?s)\\s*\\(start marker.*");

  private final String origin;
  private final ClassList classes;
  private final JsonParser in;
  private final JsonGenerator out;
  private final Map<String, Boolean> lookedUp = new HashMap<>();
  private boolean behindClassKey;

  private CheckedJson(String origin, ClassList classes, JsonParser in, JsonGenerator out) {
    this.origin = origin;
    this.classes = classes;
    this.in = in;
    this.out = out;
  }

  /**
   * The same JSON, written anew.
   *
   * @param origin what messages call the file
   * @param classes those that it may name
   * @throws BundleException when it names another, is no JSON, or larger than any real one
   */
  static String of(String origin, byte[] json, ClassList classes) {
    StringWriter text = new StringWriter();
    try (JsonParser in = JSON.createParser(json);
        JsonGenerator out = JSON.createGenerator(text)) {
      new CheckedJson(origin, classes, in, out).copy();
    } catch (StreamConstraintsException e) {
      throw new BundleException(
          String.format(
              "%s is refused: it is nested deeper than %d, has a text of more than %d characters,"
                  + " or more than %d values, as no saved %s is",
              origin, DEEPEST, LONGEST_TEXT, MOST_TOKENS, classes.what()),
          e);
    } catch (JsonProcessingException e) {
      throw new BundleException(
          String.format(
              "%s is no JSON that is read only one way (line %d: %s); save it again",
              origin,
              e.getLocation().getLineNr(),
              JACKSONS_OWN.matcher(e.getOriginalMessage()).replaceAll("")),
          e);
    } catch (IOException e) {
      throw new BundleException(origin + " cannot be read: " + e.getMessage(), e);
    }
    return text.toString();
  }

  private void copy() throws IOException {
    int depth = 0;
    do {
      JsonToken token = in.nextToken();
      if (token == null) {
        throw new BundleException(origin + " ends before its JSON does; save it again");
      }
      check(token);
      write(token);
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    } while (depth > 0);
    if (in.nextToken() != null) {
      throw new BundleException(origin + " has something behind its JSON; save it again");
    }
  }

  private void check(JsonToken token) throws IOException {
    if (behindClassKey) {
      behindClassKey = false;
      if (token != JsonToken.VALUE_STRING || !classes.allows(in.getText())) {
        throw refused(in.getText());
      }
    } else if (token == JsonToken.FIELD_NAME && CLASS_KEY.equalsIgnoreCase(in.currentName())) {
      if (!CLASS_KEY.equals(in.currentName())) {
        throw refused(in.currentName());
      }
      behindClassKey = true;
    } else if (token == JsonToken.VALUE_STRING) {
      checkText(in.getText());
    }
  }

  private void checkText(String text) throws IOException {
    if (in.getParsingContext().inArray()) {
      // A name of a class there is none that the libraries write, be it on the list or not.
      if (in.getParsingContext().getCurrentIndex() == 0 && isClass(text)) {
        throw refused(text);
      }
    } else if (TYPE_KEY.equalsIgnoreCase(in.currentName())
        && isClass(text)
        && !classes.allows(text)) {
      throw refused(text);
    }
  }

  private boolean isClass(String text) {
    boolean found = lookedUp.computeIfAbsent(text, ClassList::isOnClassPath);
    if (lookedUp.size() > MOST_LOOKED_UP) {
      throw new BundleException(
          String.format(
              "%s is refused: more than %d of its texts could be names of classes, as in no saved"
                  + " %s",
              origin, MOST_LOOKED_UP, classes.what()));
    }
    return found;
  }

  private void write(JsonToken token) throws IOException {
    switch (token) {
      // As it was written: through a double, a number could come out as another one.
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(in.getText());
      default -> out.copyCurrentEvent(in);
    }
  }

  private BundleException refused(String name) {
    String shown = name.length() > 200 ? name.substring(0, 200) + "…" : name;
    return new BundleException(
        String.format(
            "%s names the class '%s' at %s, and %s",
            origin,
            shown.replaceAll("\\p{Cntrl}", "?"),
            in.getParsingContext().pathAsPointer(),
            classes.remedy()));
  }
}
