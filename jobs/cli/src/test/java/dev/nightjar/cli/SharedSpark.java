package dev.nightjar.cli;

import dev.nightjar.run.Sessions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Starts Spark for all commands of this JVM; each would else start and stop its own. */
final class SharedSpark implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Sessions.open("tests of commands");
  }
}
