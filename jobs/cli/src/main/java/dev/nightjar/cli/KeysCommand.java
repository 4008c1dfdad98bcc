package dev.nightjar.cli;

import dev.nightjar.bundle.SigningKey;
import dev.nightjar.bundle.VerifyingKey;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar keys}. */
@Command(
    name = "keys",
    description = "Keys with which bundles are signed.",
    mixinStandardHelpOptions = true,
    subcommands = {KeysCommand.New.class, KeysCommand.Show.class})
final class KeysCommand implements Runnable {
  private static final String PUBLIC = ".pub";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "say what to do, for example: nightjar keys new team");
  }

  @Command(
      name = "new",
      description =
          "Makes an Ed25519 key: FILE, to be kept secret, and FILE.pub, for those who load bundles.",
      mixinStandardHelpOptions = true)
  static final class New implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Where to write it; nothing may be there.")
    private Path file;

    @Override
    public Integer call() {
      SigningKey key = SigningKey.generate();
      Path open = Path.of(file + PUBLIC);
      key.write(file);
      key.publicHalf().write(open);
      spec.commandLine().getOut().println(key.publicHalf().id() + " written to " + open);
      spec.commandLine().getOut().println("  sign with " + file + " and keep it to yourself");
      return 0;
    }
  }

  @Command(
      name = "show",
      description = "Shows what signatures call a key.",
      mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A public key (FILE.pub).")
    private Path file;

    @Override
    public Integer call() {
      spec.commandLine().getOut().println(VerifyingKey.read(file).id());
      return 0;
    }
  }
}
