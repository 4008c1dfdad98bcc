package dev.nightjar.spark;

import dev.nightjar.data.Sha256;
import java.io.Serial;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which rows carry along what the scorer read of them and what it made of it, so that they can be
 * scored again. Each row has a number that follows from its key and the run alone, and rows of
 * small numbers are chosen: a task that is tried again chooses the same.
 *
 * @param keys how many of the first columns that go along are the row's key
 * @param seed of the run
 * @param scored the greatest number, of 63 bits, that a chosen row has which was scored
 * @param others and which was not
 */
public record Sampling(int keys, long seed, long scored, long others) implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Rows that were filtered or rejected are few, and as likely to be computed wrongly. */
  private static final int OTHERS_TIMES = 10;

  /** So many standard deviations above what is wanted are chosen: almost never too few. */
  private static final int DEVIATIONS = 5;

  private static final int A_FEW = 10;

  /**
   * A sampling of at least so many rows, where there are so many; rather more are chosen, and who
   * wants fewer takes those of the smallest numbers.
   *
   * @param sample how many
   * @param rows of how many
   * @param keys how many of the first columns that go along are the row's key
   * @param run whose choice differs from that of any other
   */
  public static Sampling of(int sample, long rows, int keys, String run) {
    double wanted = sample + DEVIATIONS * Math.sqrt(sample) + A_FEW;
    double share = wanted / Math.max(1, rows);
    long seed =
        ByteBuffer.wrap(Sha256.begin().digest(run.getBytes(StandardCharsets.UTF_8))).getLong();
    return new Sampling(keys, seed, greatest(share), greatest(share * OTHERS_TIMES));
  }

  private static long greatest(double share) {
    return share >= 1 ? Long.MAX_VALUE : (long) (share * Long.MAX_VALUE);
  }
}
