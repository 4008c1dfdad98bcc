package dev.nightjar.spark;

import dev.nightjar.registry.Registry;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.storage.hadoop.HadoopStorage;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** Finds registries on any Hadoop file system. */
public final class HadoopRegistries {
  private HadoopRegistries() {}

  /**
   * The registry under a path, which need not exist; for reading, any file system will do.
   *
   * @throws RegistryException when the file system cannot be reached
   */
  public static Registry at(Configuration hadoop, String path) {
    return Registry.at(storage(hadoop, path));
  }

  /**
   * The registry under a path, to be changed.
   *
   * @throws RegistryException when the file system cannot be reached, or lets several through who
   *     create one file at once
   */
  public static Registry writable(Configuration hadoop, String path) {
    HadoopStorage storage = storage(hadoop, path);
    storage
        .refusal()
        .ifPresent(
            rule -> {
              throw new RegistryException(
                  RegistryException.Kind.REFUSED,
                  "the registry "
                      + storage.root()
                      + " "
                      + rule
                      + ", so it can be read and not changed; use file: or hdfs:, or vouch for it"
                      + " with Hadoop's setting "
                      + HadoopStorage.VOUCHED);
            });
    return Registry.at(storage);
  }

  private static HadoopStorage storage(Configuration hadoop, String path) {
    try {
      return HadoopStorage.at(hadoop, path);
    } catch (IOException | IllegalArgumentException e) {
      throw new RegistryException(
          RegistryException.Kind.FAILED,
          "the registry "
              + path
              + " cannot be reached: "
              + e.getMessage()
              + "; give a path on file: or hdfs:",
          e);
    }
  }
}
