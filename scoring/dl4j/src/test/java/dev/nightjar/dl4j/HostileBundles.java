package dev.nightjar.dl4j;

import java.util.ArrayList;
import java.util.List;

/** The corpus of hostile bundles: nothing of any may run, and none may be loaded. */
public final class HostileBundles {
  private HostileBundles() {}

  /** All cases; their bundles are written when they are asked to be. */
  public static List<HostileBundle> all() {
    List<HostileBundle> cases = new ArrayList<>();
    cases.addAll(HostileStreams.all());
    cases.addAll(HostileNetworks.all());
    cases.addAll(HostileTransforms.all());
    cases.addAll(HostileZips.all());
    cases.addAll(HostileSignatures.all());
    return cases;
  }
}
