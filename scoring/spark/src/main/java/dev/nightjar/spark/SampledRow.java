package dev.nightjar.spark;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.contract.Contract;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a chosen row carries along in {@link dev.nightjar.data.ReservedColumns#SAMPLE}, sealed with
 * a digest.
 *
 * @param number of the row, by which it was chosen; see {@link Sampling}
 * @param inputs the contract's columns, in the types in which the scorer read them
 * @param row what it read, and what it made of it at each stage
 */
public record SampledRow(long number, Schema inputs, GoldenRow row) {
  private static final int DIGEST = 32;
  private static final String PLACE = "a sampled row";

  /** The sealed bytes. */
  byte[] seal() {
    byte[] json = new GoldenRows(inputs, List.of(row)).toBytes();
    ByteBuffer body = ByteBuffer.allocate(Long.BYTES + json.length);
    body.putLong(number).put(json);
    byte[] digest = Sha256.begin().digest(body.array());
    return ByteBuffer.allocate(DIGEST + body.capacity()).put(digest).put(body.array()).array();
  }

  /**
   * What is in sealed bytes; empty when they are not as they were sealed.
   *
   * @param contract of the bundle that has scored the row
   */
  public static Optional<SampledRow> open(byte[] sealed, Contract contract) {
    if (sealed.length < DIGEST + Long.BYTES) {
      return Optional.empty();
    }
    byte[] body = Arrays.copyOfRange(sealed, DIGEST, sealed.length);
    if (!Arrays.equals(Sha256.begin().digest(body), Arrays.copyOf(sealed, DIGEST))) {
      return Optional.empty();
    }
    try {
      byte[] json = Arrays.copyOfRange(body, Long.BYTES, body.length);
      GoldenRows one = GoldenRows.parse(PLACE, json, contract);
      return Optional.of(
          new SampledRow(ByteBuffer.wrap(body).getLong(), one.inputs(), one.rows().get(0)));
    } catch (BundleException e) {
      return Optional.empty(); // sealed by something else
    }
  }
}
