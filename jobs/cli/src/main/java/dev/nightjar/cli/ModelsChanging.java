package dev.nightjar.cli;

import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.bundle.VerifyingKey;
import dev.nightjar.registry.AdmissionRule;
import dev.nightjar.registry.Move;
import dev.nightjar.registry.Reference;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.Resolved;
import dev.nightjar.registry.Version;
import dev.nightjar.spark.HadoopBundles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands of {@code nightjar models} that change the registry. */
final class ModelsChanging {
  private ModelsChanging() {}

  /** {@code nightjar models add}. */
  @Command(
      name = "add",
      description =
          "Admits a bundle under the name and version that it bears, once its digests hold and its"
              + " golden rows come out here. To add the same again changes nothing.",
      mixinStandardHelpOptions = true)
  static final class AddCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private RegistryOption where;
    @Mixin private ExpectOption expected;

    @Parameters(paramLabel = "BUNDLE", description = "A folder, or a .zip.")
    private String bundle;

    @Option(
        names = "--alias",
        paramLabel = "ALIAS",
        description = "Point this alias to the version afterwards.")
    private @Nullable String alias;

    @Option(
        names = "--require-signature",
        paramLabel = "KEY.pub",
        description = "Admit it only if the other half of this key has signed it.")
    private List<Path> keys = new ArrayList<>();

    @Override
    public Integer call() {
      if (expected.version().isPresent() && alias == null) {
        throw new ParameterException(spec.commandLine(), "--expect is about an alias: add --alias");
      }
      Registry registry = where.writable();
      if (!keys.isEmpty()) {
        registry = registry.requiring(AdmissionRule.signedBy(TrustedKeys.read(keys)));
      }
      BundleFiles files =
          bundle.contains(":/")
              ? HadoopBundles.read(new Configuration(), bundle)
              : BundleFiles.read(Path.of(bundle));
      Version version = registry.admit(files, user());
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          version.reference()
              + " is "
              + ModelsCommand.shortened(version.digest())
              + ", admitted "
              + version.admitted()
              + " by "
              + version.by()
              + (version.signedBy() == null ? "" : ", signed by " + version.signedBy()));
      if (alias != null) {
        Move move =
            registry.promote(version.name(), version.version(), alias, user(), expected.version());
        out.println(points(version.name(), alias, move));
      }
      out.flush();
      return 0;
    }
  }

  /** {@code nightjar models promote}. */
  @Command(
      name = "promote",
      description =
          "Points an alias to a version; jobs that name it use it from their next run on.",
      mixinStandardHelpOptions = true)
  static final class PromoteCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private RegistryOption where;
    @Mixin private ExpectOption expected;

    @Parameters(
        index = "0",
        paramLabel = "NAME:VERSION",
        description = "Or NAME@ALIAS: whatever that points to now.")
    private String reference;

    @Parameters(index = "1", paramLabel = "ALIAS", description = "Such as champion.")
    private String alias;

    @Override
    public Integer call() {
      Registry registry = where.writable();
      Resolved to = registry.resolve(reference);
      Move move = registry.promote(to.name(), to.version(), alias, user(), expected.version());
      spec.commandLine().getOut().println(points(to.name(), alias, move));
      spec.commandLine().getOut().flush();
      return 0;
    }
  }

  /** {@code nightjar models rollback}. */
  @Command(
      name = "rollback",
      description =
          "Points an alias to the version before the current one; again, to the one before that."
              + " Withdrawn versions are left out.",
      mixinStandardHelpOptions = true)
  static final class RollbackCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private RegistryOption where;
    @Mixin private AliasArguments which;

    @Override
    public Integer call() {
      Move move = where.writable().rollBack(which.name(), which.alias(), user());
      spec.commandLine().getOut().println(points(which.name(), which.alias(), move));
      spec.commandLine().getOut().flush();
      return 0;
    }
  }

  /** {@code nightjar models withdraw}. */
  @Command(
      name = "withdraw",
      description =
          "Takes a version out of use, for good: nothing but its digest resolves to it any more.",
      mixinStandardHelpOptions = true)
  static final class WithdrawCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private RegistryOption where;

    @Parameters(paramLabel = "NAME:VERSION", description = "Such as flight-delay:2013-11.")
    private String reference;

    @Option(
        names = "--why",
        required = true,
        paramLabel = "TEXT",
        description = "For those who meet it.")
    private String why;

    @Override
    public Integer call() {
      Registry registry = where.writable();
      if (!(Reference.parse(reference) instanceof Reference.ToVersion named)) {
        throw new ParameterException(
            spec.commandLine(), "'" + reference + "' names no version; write NAME:VERSION");
      }
      Version version = registry.withdraw(named.name(), named.version(), why, user());
      PrintWriter out = spec.commandLine().getOut();
      out.println(version.reference() + " is withdrawn");
      registry
          .aliases(version.name())
          .forEach(
              (alias, move) -> {
                if (move.version().equals(version.version())) {
                  out.println(
                      version.name()
                          + "@"
                          + alias
                          + " still points to it, and jobs that name it stop: nightjar models"
                          + " rollback "
                          + version.name()
                          + " "
                          + alias);
                }
              });
      out.flush();
      return 0;
    }
  }

  /** {@code nightjar models policy}. */
  @Command(
      name = "policy",
      description =
          "Shows or sets what the registry demands of each bundle that is added or used, besides"
              + " its golden rows.",
      mixinStandardHelpOptions = true)
  static final class PolicyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private RegistryOption where;
    @ArgGroup private @Nullable Change change;

    /** What to demand. */
    private static final class Change {
      @Option(
          names = "--require-signature",
          paramLabel = "KEY.pub",
          description = "Demand a signature by the other half of this key, or of one of these.")
      private List<Path> keys = new ArrayList<>();

      @Option(names = "--no-signature", description = "Demand no signature any more.")
      private boolean none;
    }

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      Registry registry = change == null ? where.registry() : where.writable();
      if (change != null) {
        registry.demandSignatures(keys(change.keys), user());
      }
      Map<String, String> keys = registry.policy().signatures();
      out.println(
          keys.isEmpty()
              ? "bundles need no signature"
              : "bundles must be signed by one of: " + String.join(", ", keys.keySet()));
      if (change != null && !change.none) {
        registry
            .verify(Optional.empty())
            .problems()
            .forEach(text -> out.println(Main.environment(spec).redact("not usable now: " + text)));
      }
      out.flush();
      return 0;
    }

    private Map<String, VerifyingKey> keys(List<Path> files) {
      Map<String, VerifyingKey> keys = new TreeMap<>();
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (keys.put(name, VerifyingKey.read(file)) != null) {
          throw new ParameterException(
              spec.commandLine(), "two keys are called " + name + "; give them names of their own");
        }
      }
      return keys;
    }
  }

  private static String points(String name, String alias, Move move) {
    return name + "@" + alias + " points to " + move.version() + " since move " + move.number();
  }

  private static String user() {
    return System.getProperty("user.name", "?");
  }
}
