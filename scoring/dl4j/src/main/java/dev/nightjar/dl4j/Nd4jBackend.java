package dev.nightjar.dl4j;

import org.nd4j.common.config.ND4JClassLoading;

/**
 * ND4J keeps the class loader of the first thread that touches it and looks its backend up there.
 * On an executor that loader need not know our jars, so this leaf's own is set before any other
 * class of ND4J is used.
 */
final class Nd4jBackend {
  static {
    ND4JClassLoading.setNd4jClassloaderFromClass(Nd4jBackend.class);
  }

  private Nd4jBackend() {}

  /** Sets the loader, once; entry points of this package call it in their static initializers. */
  static void prepare() {
    // The static initializer has done it.
  }
}
