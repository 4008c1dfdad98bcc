package dev.nightjar.cli;

import dev.nightjar.registry.Move;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.Resolved;
import dev.nightjar.registry.Verification;
import dev.nightjar.registry.Version;
import dev.nightjar.run.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands of {@code nightjar models} that change nothing. */
final class ModelsReading {
  private ModelsReading() {}

  /** {@code nightjar models list}. */
  @Command(
      name = "list",
      description = "Lists the models with their newest versions and their aliases.",
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private RegistryOption where;
    @Mixin private JsonOption json;

    @Override
    public Integer call() {
      Registry registry = where.registry();
      PrintWriter out = spec.commandLine().getOut();
      List<String> names = registry.names();
      if (json.isOn()) {
        names.forEach(name -> registry.versions(name).forEach(v -> out.println(v.json())));
      } else if (names.isEmpty()) {
        out.println(
            "no model in "
                + Main.environment(spec).redact(registry.root())
                + " so far; add one with: nightjar models add BUNDLE --alias champion");
      } else {
        TextTable table = new TextTable("model", "versions", "newest", "admitted", "aliases");
        names.forEach(name -> add(table, registry, name));
        table.print(out);
      }
      out.flush();
      return 0;
    }

    private static void add(TextTable table, Registry registry, String name) {
      List<Version> versions = registry.versions(name);
      Version newest = versions.get(versions.size() - 1);
      String aliases =
          registry.aliases(name).entrySet().stream()
              .map(alias -> alias.getKey() + "=" + alias.getValue().version())
              .collect(Collectors.joining(" "));
      table.add(
          name,
          Integer.toString(versions.size()),
          newest.version(),
          newest.admitted().toString(),
          aliases);
    }
  }

  /** {@code nightjar models show}. */
  @Command(
      name = "show",
      description = "Shows the versions of a model and which aliases point to each.",
      mixinStandardHelpOptions = true)
  static final class ShowCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private RegistryOption where;
    @Mixin private JsonOption json;

    @Parameters(paramLabel = "NAME", description = "A model's name.")
    private String name;

    @Override
    public Integer call() {
      Registry registry = where.registry();
      PrintWriter out = spec.commandLine().getOut();
      List<Version> versions = registry.versions(name);
      if (json.isOn()) {
        versions.forEach(version -> out.println(version.json()));
      } else {
        Map<String, Move> aliases = registry.aliases(name);
        TextTable table =
            new TextTable("version", "admitted", "by", "signed by", "digest", "aliases", "");
        versions.forEach(version -> add(table, version, aliases));
        table.print(out);
      }
      out.flush();
      return 0;
    }

    private static void add(TextTable table, Version version, Map<String, Move> aliases) {
      Version.Withdrawal withdrawn = version.withdrawn();
      table.add(
          version.version(),
          version.admitted().toString(),
          version.by(),
          Optional.ofNullable(version.signedBy()).orElse(""),
          ModelsCommand.shortened(version.digest()),
          aliases.entrySet().stream()
              .filter(alias -> alias.getValue().version().equals(version.version()))
              .map(Map.Entry::getKey)
              .collect(Collectors.joining(" ")),
          withdrawn == null ? "" : "withdrawn: " + withdrawn.why());
    }
  }

  /** {@code nightjar models history}. */
  @Command(
      name = "history",
      description = "Shows the moves of an alias; the last is where it points.",
      mixinStandardHelpOptions = true)
  static final class HistoryCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private RegistryOption where;
    @Mixin private AliasArguments which;
    @Mixin private JsonOption json;

    @Override
    public Integer call() {
      List<Move> moves = where.registry().history(which.name(), which.alias());
      PrintWriter out = spec.commandLine().getOut();
      if (json.isOn()) {
        moves.forEach(move -> out.println(move.json()));
      } else {
        TextTable table = new TextTable("move", "version", "at", "by", "digest", "");
        moves.forEach(
            move ->
                table.add(
                    Long.toString(move.number()),
                    move.version(),
                    move.at().toString(),
                    move.by(),
                    ModelsCommand.shortened(move.digest()),
                    move.rollback() ? "rolled back" : ""));
        table.print(out);
      }
      out.flush();
      return 0;
    }
  }

  /** {@code nightjar models resolve}. */
  @Command(
      name = "resolve",
      description = "Tells what a reference means now: name@alias, name:version, name@sha256:….",
      mixinStandardHelpOptions = true)
  static final class ResolveCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private RegistryOption where;
    @Mixin private JsonOption json;

    @Parameters(paramLabel = "REFERENCE", description = "Such as flight-delay@champion.")
    private String reference;

    @Override
    public Integer call() {
      Resolved resolved = where.registry().resolve(reference);
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          json.isOn() ? resolved.json() : resolved.label() + "\n  digest " + resolved.digest());
      out.flush();
      return 0;
    }
  }

  /** {@code nightjar models verify}. */
  @Command(
      name = "verify",
      description =
          "Reads every file of every version, follows every alias, and names what is damaged or"
              + " missing. Exit code 1 when something is.",
      mixinStandardHelpOptions = true)
  static final class VerifyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private RegistryOption where;
    @Mixin private JsonOption json;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "One model (default: all).")
    private @Nullable String name;

    @Override
    public Integer call() {
      Verification found = where.registry().verify(Optional.ofNullable(name));
      PrintWriter out = spec.commandLine().getOut();
      if (json.isOn()) {
        out.println(Main.environment(spec).redact(found.json()));
      } else {
        found.problems().forEach(text -> say(out, "problem: " + text));
        found.leftovers().forEach(text -> say(out, "left over, in nobody's way: " + text));
        out.println(
            found.versions()
                + " versions read whole, "
                + found.aliases()
                + " aliases followed, "
                + found.problems().size()
                + " problems");
      }
      out.flush();
      return found.isSound() ? ExitCode.PUBLISHED.code() : ExitCode.FAILED.code();
    }

    private void say(PrintWriter out, String text) {
      out.println(Main.environment(spec).redact(text));
    }
  }
}
