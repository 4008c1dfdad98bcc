package dev.nightjar.notice;

import dev.nightjar.config.Section;
import dev.nightjar.config.Suggestion;
import dev.nightjar.config.Template;
import dev.nightjar.ledger.Notice.Event;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The key {@code notify} of {@code conf/project.yaml} and of a job's {@code schedule}.
 *
 * @param on of what people are told; empty where it does not say
 * @param receiver who is told; empty where it does not say
 */
public record Notify(Optional<Set<Event>> on, Optional<Receiver> receiver) {
  /** What it is called. */
  public static final String NAME = "notify";

  private static final List<String> WORDS = Arrays.stream(Event.values()).map(Event::word).toList();

  /** Who is told. */
  public sealed interface Receiver {
    /** It, without what is secret. */
    String shown();
  }

  /**
   * An address that takes messages.
   *
   * @param url http or https
   * @param headers what is sent along
   */
  public record Webhook(Template url, Map<String, Template> headers) implements Receiver {
    public Webhook {
      headers = Map.copyOf(headers);
    }

    /** The path of such an address is a secret, also where it stands in the file as it is. */
    @Override
    public String shown() {
      if (!url.written().equals(url.text())) {
        return url.written();
      }
      URI uri = URI.create(url.text());
      return uri.getScheme() + "://" + uri.getAuthority() + "/…";
    }

    @Override
    public String toString() {
      return "Webhook[" + shown() + "]";
    }
  }

  /**
   * A command that takes messages.
   *
   * @param words it and its arguments, no shell
   */
  public record Command(List<String> words) implements Receiver {
    public Command {
      words = List.copyOf(words);
    }

    @Override
    public String shown() {
      return words.get(0);
    }
  }

  /** Reads {@code on, webhook, command}; mistakes are reported. Empty without the key. */
  public static Optional<Notify> read(Section above) {
    return above.optionalSection(NAME).map(Notify::readNow);
  }

  private static Notify readNow(Section section) {
    Optional<Set<Event>> on = section.has("on") ? Optional.of(events(section)) : Optional.empty();
    Optional<Receiver> webhook = section.optionalSection("webhook").map(Notify::webhook);
    Optional<Receiver> command = command(section);
    if (webhook.isPresent() && command.isPresent()) {
      section.problem("say who is told by one key: 'webhook' or 'command'");
    }
    section.refuseUnknownKeys();
    return new Notify(on, webhook.or(() -> command));
  }

  private static Set<Event> events(Section section) {
    Set<Event> events = EnumSet.noneOf(Event.class);
    List<String> words = section.strings("on");
    for (int i = 0; i < words.size(); i++) {
      Optional<Event> event = Section.named(Event.class, words.get(i));
      event.ifPresent(events::add);
      if (event.isEmpty()) {
        section.problem(
            "on",
            i,
            section.quote(words.get(i))
                + " is not known here; use "
                + String.join(" | ", WORDS)
                + Suggestion.text(words.get(i), WORDS));
      }
    }
    return events;
  }

  private static Optional<Receiver> command(Section section) {
    if (!section.has("command")) {
      return Optional.empty();
    }
    List<String> words = section.strings("command");
    if (words.isEmpty() || words.get(0).isBlank()) {
      section.problem("command", "names no program; write a list such as [scripts/page-me, ops]");
      return Optional.empty();
    }
    return Optional.of(new Command(words));
  }

  private static Receiver webhook(Section section) {
    Template url = section.template("url");
    refuseVariables(section, "url", url);
    if (section.has("url")) {
      urlProblem(url).ifPresent(problem -> section.problem("url", problem));
    }
    Map<String, Template> headers = new LinkedHashMap<>();
    section
        .optionalSection("headers")
        .ifPresent(
            all -> {
              for (String name : all.keys()) {
                Template value = all.template(name);
                refuseVariables(all, name, value);
                headerProblem(name, value).ifPresent(problem -> all.problem(name, problem));
                headers.put(name, value);
              }
            });
    section.refuseUnknownKeys();
    return new Webhook(url, headers);
  }

  private static Optional<String> urlProblem(Template url) {
    URI uri;
    try {
      uri = URI.create(url.text());
    } catch (IllegalArgumentException e) {
      return Optional.of("is not an address such as https://HOST/PATH");
    }
    String scheme = String.valueOf(uri.getScheme());
    if (!(scheme.equals("https") || scheme.equals("http")) || uri.getHost() == null) {
      return Optional.of("is not an address such as https://HOST/PATH");
    }
    return uri.getUserInfo() == null
        ? Optional.empty()
        : Optional.of("holds who logs in; write 'headers: {Authorization: ${env:NAME}}' for that");
  }

  /** The library knows which names and values it does not send. */
  private static Optional<String> headerProblem(String name, Template value) {
    if (name.equalsIgnoreCase("content-type") || name.equalsIgnoreCase(Sender.KEY)) {
      return Optional.of("is set by Nightjar itself");
    }
    try {
      var unused = HttpRequest.newBuilder(URI.create("https://x")).header(name, value.text());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("cannot be sent as a header");
    }
  }

  private static void refuseVariables(Section section, String key, Template template) {
    for (String variable : template.variables()) {
      section.problem(key, "${" + variable + "} cannot stand here; only ${env:NAME} can");
    }
  }
}
