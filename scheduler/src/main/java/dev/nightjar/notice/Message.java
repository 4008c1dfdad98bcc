package dev.nightjar.notice;

import dev.nightjar.ledger.Notice;
import dev.nightjar.ledger.Notice.Event;
import dev.nightjar.ledger.Parcel;
import dev.nightjar.ledger.SlotState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is told of notices, for people and for programs. Its fields stay as they are; new ones may
 * come.
 *
 * @param key the same however often it is sent
 * @param text for people
 * @param json with all fields
 * @param environment the most needed words, as variables of a command
 */
public record Message(String key, String text, String json, Map<String, String> environment) {
  private static final int VERSION = 1;
  private static final int LONGEST_REASON = 600;
  private static final int JOBS_SHOWN = 20;

  /** Receivers do not take documents of any length. */
  private static final int MOST_LISTED = 100;

  public Message {
    environment = Map.copyOf(environment);
  }

  /** What a message says of the place where it comes from. */
  public interface Site {
    /** A command of {@code nightjar} as a person would type it anywhere on this machine. */
    String command(String words);

    /** The log of a run; empty when there is none. */
    Optional<String> log(Notice notice);

    /** A text without the values of secrets. */
    String redacted(String text);
  }

  /**
   * What is told of a parcel.
   *
   * @param isTest whether nothing of it has happened
   */
  public static Message of(Parcel parcel, Site site, boolean isTest) {
    List<Notice> notices = parcel.notices();
    Notice first = notices.get(0);
    boolean isOne = notices.size() == 1;
    String start = isTest ? "[test; nothing has happened] " : "";
    String text = start + (isOne ? one(first, site) : several(notices, site));
    List<Map<String, @Nullable Object>> list = new ArrayList<>();
    notices.stream().limit(MOST_LISTED).forEach(notice -> list.add(fields(notice, site)));
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("text", text);
    document.put("version", VERSION);
    document.put("key", parcel.key());
    document.put("test", isTest);
    document.put("count", notices.size());
    document.put("notices", list);
    Map<String, String> words = new TreeMap<>();
    words.put("NIGHTJAR_KEY", parcel.key());
    words.put("NIGHTJAR_TEXT", text);
    words.put("NIGHTJAR_NOTICES", Integer.toString(notices.size()));
    words.put("NIGHTJAR_EVENT", isOne ? first.event().word() : "several");
    words.put("NIGHTJAR_JOB", isOne ? first.job() : "");
    words.put("NIGHTJAR_INTERVAL", isOne ? first.interval() : "");
    words.put("NIGHTJAR_REASON", isOne ? reason(first, site) : "");
    words.replaceAll((name, value) -> value.replace('\0', ' '));
    return new Message(parcel.key(), text, Json.of(document), words);
  }

  private static Map<String, @Nullable Object> fields(Notice notice, Site site) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("key", notice.key());
    fields.put("event", notice.event().word());
    fields.put("job", notice.job());
    fields.put("interval", notice.interval());
    fields.put("start", notice.start().toString());
    fields.put("end", notice.end().toString());
    fields.put("state", notice.state().word());
    fields.put("reason", reason(notice, site));
    fields.put("cause", notice.cause().word());
    fields.put("scheduled", notice.scheduled().toString());
    fields.put("at", notice.at().toString());
    fields.put("since", since(notice).toString());
    fields.put("tries", notice.tries());
    fields.put("scheduler", notice.node().orElse(null));
    fields.put("published", notice.token().isPresent() ? notice.token().getAsLong() : null);
    fields.put("readers", readers(notice));
    fields.put("after", notice.trouble().map(Notice.Trouble::interval).orElse(null));
    fields.put("do", remedies(notice, site));
    fields.put("log", site.log(notice).orElse(null));
    return fields;
  }

  private static Instant since(Notice notice) {
    return notice.trouble().map(Notice.Trouble::since).orElse(notice.at());
  }

  private static String one(Notice notice, Site site) {
    StringBuilder text = new StringBuilder(headline(notice)).append('\n');
    text.append("why: ").append(reason(notice, site)).append('\n');
    if (notice.event() != Event.RECOVERED) {
      text.append(history(notice)).append('\n');
    }
    text.append("readers: ").append(readers(notice));
    for (String remedy : remedies(notice, site)) {
      text.append("\n  ").append(remedy);
    }
    site.log(notice).ifPresent(log -> text.append("\nlog: ").append(log));
    return text.toString();
  }

  private static String headline(Notice notice) {
    String label = notice.job() + " " + notice.interval();
    return switch (notice.event()) {
      case FAILED ->
          notice.state() == SlotState.UNKNOWN
              ? label + ": nobody can tell whether it is published"
              : label + " has failed";
      case REFUSED -> label + " was refused";
      case RECOVERED ->
          label
              + " is published: the job is well again"
              + notice
                  .trouble()
                  .map(
                      trouble ->
                          " after "
                              + trouble.interval()
                              + " (trouble since "
                              + trouble.since()
                              + ")")
                  .orElse("");
    };
  }

  private static String history(Notice notice) {
    String tries =
        switch (notice.tries()) {
          case 0 -> "no run was started";
          case 1 -> "1 run";
          default -> notice.tries() + " runs";
        };
    return "when: "
        + notice.at()
        + ", due since "
        + notice.scheduled()
        + " ("
        + notice.cause().word()
        + "); "
        + tries
        + notice
            .node()
            .filter(node -> notice.tries() > 0)
            .map(node -> ", the last by " + node)
            .orElse("");
  }

  private static String readers(Notice notice) {
    if (notice.event() == Event.RECOVERED) {
      return notice
          .trouble()
          .filter(trouble -> !trouble.interval().equals(notice.interval()))
          .map(
              trouble ->
                  "see "
                      + notice.interval()
                      + "; look whether "
                      + trouble.interval()
                      + " is still wanted")
          .orElse("see " + notice.interval());
    }
    if (notice.state() == SlotState.UNKNOWN) {
      return "see " + notice.interval() + " only if it was published; all other intervals stand";
    }
    return notice.token().isPresent()
        ? "still see what was published of " + notice.interval() + " before"
        : "see nothing of " + notice.interval() + "; what is published of other intervals stands";
  }

  private static List<String> remedies(Notice notice, Site site) {
    String show = "runs show " + notice.job() + " --interval ";
    String trigger = "schedule trigger " + notice.job() + " --interval ";
    if (notice.event() == Event.RECOVERED) {
      return notice
          .trouble()
          .filter(trouble -> !trouble.interval().equals(notice.interval()))
          .map(trouble -> List.of(site.command(trigger + trouble.interval())))
          .orElse(List.of());
    }
    String first =
        notice.state() == SlotState.UNKNOWN
            ? site.command("runs resolve " + notice.job())
            : site.command(show + notice.interval());
    return List.of(first, site.command(trigger + notice.interval()));
  }

  /** A line for each job and event: which intervals, and why the last of them. */
  private static String several(List<Notice> notices, Site site) {
    Map<String, List<Notice>> groups = new LinkedHashMap<>();
    for (Notice notice : notices) {
      groups
          .computeIfAbsent(notice.job() + " " + notice.event().word(), any -> new ArrayList<>())
          .add(notice);
    }
    StringBuilder text = new StringBuilder(notices.size() + " notices:");
    int shown = 0;
    for (List<Notice> group : groups.values()) {
      if (shown++ == JOBS_SHOWN) {
        text.append("\nand more of ").append(groups.size() - JOBS_SHOWN).append(" kinds");
        break;
      }
      Notice first = group.get(0);
      Notice last = group.get(group.size() - 1);
      text.append('\n').append(first.job()).append(' ').append(last.event().word()).append(": ");
      text.append(
          group.size() == 1
              ? first.interval()
              : group.size() + " intervals, " + first.interval() + " … " + last.interval());
      text.append("; ").append(group.size() > 1 ? "the last: " : "").append(reason(last, site));
    }
    return text.append("\n  ").append(site.command("schedule status")).toString();
  }

  /** One line, without what a terminal obeys. */
  private static String reason(Notice notice, Site site) {
    String line =
        site.redacted(notice.reason()).replaceAll("[\\p{Cntrl}\u2028\u2029]+", " ").strip();
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON - 1) + "…";
  }
}
