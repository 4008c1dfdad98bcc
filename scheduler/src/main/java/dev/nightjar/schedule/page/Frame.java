package dev.nightjar.schedule.page;

import java.time.Instant;
import java.util.List;

/** What is around each page. */
final class Frame {
  private static final String AGAIN = "60";

  private final Reader reader;
  private final String here;

  /**
   * @param here the address of the page
   */
  Frame(Reader reader, String here) {
    this.reader = reader;
    this.here = here;
  }

  Reader reader() {
    return reader;
  }

  /** A whole page. */
  String page(String title, Instant at, Tag... main) {
    Tag body = Tag.of("body").add(skip(), top(), main(main), footer(at));
    return Tag.of("html").set("lang", "en").add(head(title), body).page();
  }

  private static Tag head(String title) {
    return Tag.of("head")
        .add(
            Tag.of("meta").set("charset", "utf-8"),
            Tag.of("meta")
                .set("name", "viewport")
                .set("content", "width=device-width, initial-scale=1"),
            Tag.of("title").text(title + " · Nightjar schedule"),
            Tag.of("link").set("rel", "icon").set("href", "/page/icon.svg"),
            Tag.of("link").set("rel", "stylesheet").set("href", "/page/page.css"),
            Tag.script("/page/page.js"),
            Tag.of("noscript")
                .add(Tag.of("meta").set("http-equiv", "refresh").set("content", AGAIN)));
  }

  private static Tag skip() {
    return Tag.of("a", "skip").set("href", "#main").text("To the content");
  }

  private Tag top() {
    Tag home =
        Tag.of("a", "home")
            .set("href", "/")
            .add(
                Tag.of("img")
                    .set("src", "/page/icon.svg")
                    .set("alt", "")
                    .set("width", "28")
                    .set("height", "28"),
                Tag.of("span").text("Nightjar schedule"));
    return Tag.of("header").add(home, who());
  }

  private Tag who() {
    if (reader.mayChange()) {
      return form("/logout", "who")
          .add(
              Tag.of("span").add(Tag.foreign(reader.name().orElse(""))),
              button("Log out", "plain"));
    }
    if (reader.canChange()) {
      return Tag.of("a", "who").set("href", "/login").text("Log in to change things");
    }
    return Tag.of("span", "who quiet").text("for reading");
  }

  private Tag main(Tag... inside) {
    Tag main = Tag.of("main").set("id", "main").set("tabindex", "-1");
    reader
        .told()
        .ifPresent(
            told -> main.add(Tag.of("p", "told").set("role", "status").add(Tag.foreign(told))));
    return main.add(inside);
  }

  private Tag footer(Instant at) {
    return Tag.of("footer")
        .add(
            Tag.of("span")
                .text("as of ")
                .add(Words.plainTime(at, "UTC", at).set("id", "as-of"))
                .text(" UTC"),
            link("/api" + (here.equals("/") ? "/jobs" : here), "JSON"),
            link("/metrics", "metrics"));
  }

  static Tag link(String address, String text) {
    return Tag.of("a").set("href", address).add(Tag.foreign(text));
  }

  /** To an interval, whose name is short and not to be broken. */
  static Tag interval(String job, String interval) {
    return link(Words.address(job, interval), interval).set("class", "id");
  }

  static Tag button(String text, String style) {
    return Tag.of("button", style).set("type", "submit").text(text);
  }

  /** A form of this session. */
  Tag form(String action, String style) {
    return Tag.of("form", style)
        .set("method", "post")
        .set("action", action)
        .add(
            Tag.of("input")
                .set("type", "hidden")
                .set("name", "secret")
                .set("value", reader.secret().orElse("")));
  }

  static Tag section(String id, String title, Tag... inside) {
    return Tag.of("section")
        .set("aria-labelledby", id)
        .add(Tag.of("h2").set("id", id).text(title))
        .add(inside);
  }

  /** A state as word, shape and colour. */
  static Tag badge(Mark mark) {
    return Tag.of("span", "badge is-" + mark.style())
        .add(Tag.of("span", "shape").set("aria-hidden", "true").text(mark.shape()))
        .text(" " + mark.word());
  }

  /** A table that scrolls by itself where it is too wide. */
  static Tag table(String name, List<String> headings, List<Tag> rows) {
    Tag head = Tag.of("tr");
    headings.forEach(text -> head.add(Tag.of("th").set("scope", "col").text(text)));
    return Tag.of("div", "wide")
        .set("role", "region")
        .set("tabindex", "0")
        .set("aria-label", name)
        .add(Tag.of("table").add(Tag.of("thead").add(head), Tag.of("tbody").add(rows)));
  }

  static Tag cell(Tag... inside) {
    return Tag.of("td").add(inside);
  }
}
