package dev.nightjar.online;

/** Which Nightjar this is. */
final class Version {
  private Version() {}

  /** The version of the jar; a word where the classes lie in no jar. */
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
