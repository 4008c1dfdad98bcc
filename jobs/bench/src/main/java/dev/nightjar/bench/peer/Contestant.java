package dev.nightjar.bench.peer;

import dev.nightjar.bench.work.Prepared;
import dev.nightjar.config.Section;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Who scores the rows, or what stands in for scoring. */
public enum Contestant {
  /** Nightjar, by its public API. */
  NIGHTJAR,
  /** Nightjar, of which no more is written than of the others: id and score. */
  NIGHTJAR_SCORES,
  /** Nightjar with a constant for a model. */
  CONSTANT,
  /** DataVec and DL4J in {@code mapPartitions}. */
  BY_THE_BOOK,
  /** ONNX Runtime and a transform in plain Java in {@code mapPartitions}. */
  HAND_WRITTEN,
  /** Nobody: the rows as they are read. */
  SCAN;

  /** The name in requests and tables. */
  public String word() {
    return Section.word(this);
  }

  /** The contestant of that name. */
  public static Contestant of(String word) {
    return Section.named(Contestant.class, word)
        .orElseThrow(() -> new IllegalArgumentException("there is no contestant '" + word + "'"));
  }

  /** Makes it ready to score rows of a workload, which is no part of what is timed. */
  public RowScorer ready(SparkSession spark, Prepared prepared) {
    return switch (this) {
      case NIGHTJAR -> Nightjar.of(spark, prepared.bundle());
      case NIGHTJAR_SCORES -> Nightjar.scores(spark, prepared.bundle());
      case CONSTANT -> Nightjar.of(spark, prepared.constantBundle());
      case BY_THE_BOOK -> ByTheBook.of(prepared.workload(), prepared.bundle());
      case HAND_WRITTEN -> HandWritten.of(prepared.workload(), prepared.bundle());
      case SCAN -> rows -> rows;
    };
  }

  /** Scores rows of id and the contract's columns. */
  @FunctionalInterface
  public interface RowScorer {

    /** The id and the score of each row, and what else the contestant gives. */
    Dataset<Row> score(Dataset<Row> rows);
  }
}
