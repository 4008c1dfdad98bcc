package dev.nightjar.schedule.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An element of HTML or SVG. Text and values of attributes are escaped, and there is no other way
 * to put them in: whatever a job, a machine or a reason is called, it is shown and never obeyed.
 * Not thread-safe.
 */
final class Tag {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]*");
  private static final Pattern ADDRESS = Pattern.compile("[/?#](?![/\\\\]).*|/");

  /** Elements without an end tag. */
  private static final Set<String> EMPTY = Set.of("meta", "link", "input", "img", "br", "hr");

  /** What browsers read as an address: nothing but places of this page may stand there. */
  private static final Set<String> ADDRESSES = Set.of("href", "src", "action", "formaction");

  private final String name;
  private final StringBuilder attributes = new StringBuilder();
  private final List<Object> inside = new ArrayList<>();

  private Tag(String name) {
    this.name = name;
  }

  /** An element of that name, in which nothing is. */
  static Tag of(String name) {
    if (!NAME.matcher(name).matches() || name.equals("script") || name.equals("style")) {
      throw new IllegalArgumentException("'" + name + "' is no element of a page");
    }
    return new Tag(name);
  }

  /** An element with a class of the style sheet. */
  static Tag of(String name, String style) {
    return of(name).set("class", style);
  }

  /** A script of this jar. */
  static Tag script(String source) {
    return new Tag("script").set("src", source).set("type", "module");
  }

  /** A foreign text, whose direction of writing ends where it ends. */
  static Tag foreign(String text) {
    return of("bdi").text(text);
  }

  Tag set(String attribute, String value) {
    if (!NAME.matcher(attribute).matches() || attribute.startsWith("on")) {
      throw new IllegalArgumentException("'" + attribute + "' is no attribute of a page");
    }
    if (ADDRESSES.contains(attribute) && !ADDRESS.matcher(value).matches()) {
      throw new IllegalArgumentException("'" + value + "' is no address of this page");
    }
    attributes.append(' ').append(attribute).append("=\"");
    escape(value, attributes);
    attributes.append('"');
    return this;
  }

  Tag text(String text) {
    inside.add(text);
    return this;
  }

  Tag add(Tag... more) {
    inside.addAll(List.of(more));
    return this;
  }

  Tag add(List<Tag> more) {
    inside.addAll(more);
    return this;
  }

  /** The page with it as its root. */
  String page() {
    StringBuilder out = new StringBuilder("<!doctype html>\n");
    write(out);
    return out.append('\n').toString();
  }

  private void write(StringBuilder out) {
    out.append('<').append(name).append(attributes).append('>');
    if (EMPTY.contains(name)) {
      return;
    }
    for (Object one : inside) {
      if (one instanceof Tag tag) {
        tag.write(out);
      } else {
        escape((String) one, out);
      }
    }
    out.append("</").append(name).append('>');
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '\n', '\t' -> out.append(c);
        default -> out.append(Character.isISOControl(c) ? '\uFFFD' : c);
      }
    }
  }
}
