package dev.nightjar.online.request;

import dev.nightjar.data.ColumnBatch;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of a request as columns. Rows that bring different features lie in different parts,
 * since a feature that is a column of the batch is not looked up. Immutable.
 */
public record RequestedRows(List<Part> parts) {

  /**
   * Rows with the same fields.
   *
   * @param rows with all inputs of the contract that are no features, all keys of views that are
   *     looked up, the as-of field if the model has one, and those features that the rows bring
   * @param places of each row of the batch its place among all rows of the request
   */
  public record Part(ColumnBatch rows, List<Integer> places) {
    public Part {
      places = List.copyOf(places);
      if (rows.rows() != places.size()) {
        throw new IllegalArgumentException(
            rows.rows() + " rows cannot have " + places.size() + " places");
      }
    }
  }

  public RequestedRows {
    parts = List.copyOf(parts);
  }

  /** Rows that all bring the same fields. */
  public static RequestedRows of(ColumnBatch rows) {
    List<Integer> places = IntStream.range(0, rows.rows()).boxed().toList();
    return new RequestedRows(List.of(new Part(rows, places)));
  }

  /** How many rows there are in all. */
  public int rows() {
    return parts.stream().mapToInt(part -> part.rows().rows()).sum();
  }
}
