package dev.nightjar.faults.cluster;

import org.nd4j.linalg.factory.Nd4j;

/** The main class of a JVM that loads ND4J's native libraries and computes something with them. */
public final class NativeWarmUp {
  private NativeWarmUp() {}

  /** Prints a sum that only working natives give. */
  public static void main(String[] arguments) {
    System.out.println("sum " + Nd4j.ones(1000).sumNumber().intValue());
  }
}
