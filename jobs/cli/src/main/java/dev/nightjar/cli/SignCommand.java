package dev.nightjar.cli;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleSignature;
import dev.nightjar.bundle.BundleWriter;
import dev.nightjar.bundle.SigningKey;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar sign}. */
@Command(
    name = "sign",
    description =
        "Vouches for a bundle: checks its digests and puts a signature into it, in the place of"
            + " another. Its identity stays as it is.",
    mixinStandardHelpOptions = true)
final class SignCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "BUNDLE", description = "A folder, or a .zip.")
  private Path path;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description =
          "The private key, of 'nightjar keys new' or openssl genpkey -algorithm ed25519.")
  private Path key;

  @Override
  public Integer call() {
    Bundle signed = BundleWriter.sign(path, SigningKey.read(key));
    spec.commandLine()
        .getOut()
        .println(signed.label() + " signed by " + BundleSignature.of(signed).keyId());
    return 0;
  }
}
