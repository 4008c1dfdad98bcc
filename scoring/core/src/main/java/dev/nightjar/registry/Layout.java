package dev.nightjar.registry;

/** Where things lie under a registry's root; the words have been checked. */
final class Layout {
  static final String BUNDLES = "bundles";
  static final String MODELS = "models";
  static final String POLICY = "policy";

  private Layout() {}

  static String bundle(String digest) {
    return BUNDLES + "/" + digest;
  }

  static String versions(String name) {
    return MODELS + "/" + name + "/versions";
  }

  static String version(String name, String version) {
    return versions(name) + "/" + version;
  }

  static String withdrawn(String name, String version) {
    return MODELS + "/" + name + "/withdrawn/" + version;
  }

  static String aliases(String name) {
    return MODELS + "/" + name + "/aliases";
  }

  static String alias(String name, String alias) {
    return aliases(name) + "/" + alias;
  }
}
