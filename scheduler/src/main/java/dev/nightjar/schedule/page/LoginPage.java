package dev.nightjar.schedule.page;

import java.time.Instant;

/** Where a person tells the token. */
final class LoginPage {
  private LoginPage() {}

  /**
   * @param problem with the last token; empty for none
   */
  static String html(Frame frame, Instant now, String problem) {
    Tag form =
        Tag.of("form", "login")
            .set("method", "post")
            .set("action", "/login")
            .add(
                Tag.of("label").set("for", "token").text("Your token"),
                Tag.of("input")
                    .set("id", "token")
                    .set("name", "token")
                    .set("type", "password")
                    .set("required", "")
                    .set("autocomplete", "off")
                    .set("aria-describedby", "hint"),
                Tag.of("p", "quiet")
                    .set("id", "hint")
                    .text(
                        "One that 'nightjar serve token NAME' has made. It is kept nowhere; you"
                            + " stay logged in for 12 hours, or until this scheduler ends."),
                Frame.button("Log in", "main"));
    Tag told =
        problem.isEmpty() ? Tag.of("div") : Tag.of("p", "bad").set("role", "alert").text(problem);
    return frame.page("log in", now, Tag.of("h1").text("Log in to change things"), told, form);
  }
}
