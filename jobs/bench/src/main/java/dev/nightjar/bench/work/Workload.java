package dev.nightjar.bench.work;

import dev.nightjar.contract.Contract;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.TransformProcess;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A kind of rows, the transform that they go through and the network that scores them. The rows are
 * made of seeded formulas over the row's id and the weights of a seed, so they are the same in each
 * run. Stateless and thread-safe.
 */
public interface Workload {
  /** The column that names a row. */
  String ID = "id";

  /** The output that every contestant gives. */
  String SCORE = "score";

  /** The name, such as {@code j1}. */
  String name();

  /** The columns besides the id, in the contract's order, as expressions over the column id. */
  List<Column> columns();

  Contract contract();

  TransformProcess transform();

  /** Whether a standardizer is fitted behind the transform. */
  boolean isNormalized();

  MultiLayerNetwork network();

  /** What DL4J's array of a batch looks like: the dimensions behind the one of rows. */
  long[] shape();

  /** Where in DL4J's array of a row the transform's column of that position stands. */
  default int place(int column) {
    return column;
  }

  /** The transform as somebody would write it without DataVec. */
  RowEncoder encoder();

  /**
   * The workload of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Workload named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "j1" -> new VectorWork();
      case "j2" -> new TableWork();
      case "j3" -> new ImageWork();
      case "j4" -> new SequenceWork();
      default ->
          throw new IllegalArgumentException(
              "there is no job '" + name + "'; j1, j2, j3 and j4 score rows as they are");
    };
  }
}
