package dev.nightjar.engine;

import java.time.Duration;
import java.util.Map;

/** Turns networks that another library saved into ones as DL4J saves them; used at packaging. */
public interface ModelImporter {
  /** How long an import may take, unless said otherwise. */
  int DEADLINE_SECONDS = 600;

  /**
   * Imports a network.
   *
   * @param origin what messages call the file
   * @param model the file's bytes
   * @param deadline how long the import may take; it is stopped then
   * @throws dev.nightjar.bundle.BundleException when it cannot be imported, or not in time
   */
  ImportedModel run(String origin, byte[] model, Duration deadline);

  /**
   * An imported network.
   *
   * @param zip the network as DL4J saves it
   * @param provenance what the file says of itself, for people
   */
  @SuppressWarnings("ArrayRecordComponent") // a file; never compared
  record ImportedModel(byte[] zip, Map<String, String> provenance) {}
}
