package dev.nightjar.online.model;

import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of several requests as few batches: those that bring the same columns in the same types go
 * together. What a network takes for eight rows at once is hardly more than for one.
 */
final class Company {
  private final Map<Schema, List<Part>> parts = new LinkedHashMap<>();

  /**
   * Rows of one request.
   *
   * @param places of each row its place among the rows of the request
   */
  record Part(int request, ColumnBatch rows, List<Integer> places) {}

  /** Rows that are scored together, and where they came from, in order. */
  record Batch(ColumnBatch rows, List<Part> parts) {}

  void add(Part part) {
    parts.computeIfAbsent(part.rows().schema(), any -> new ArrayList<>()).add(part);
  }

  List<Batch> batches() {
    return parts.values().stream().map(some -> new Batch(joined(some), some)).toList();
  }

  private static ColumnBatch joined(List<Part> parts) {
    ColumnBatch first = parts.get(0).rows();
    if (parts.size() == 1) {
      return first;
    }
    ColumnBatch.Builder all = ColumnBatch.builder(first.schema());
    for (Part part : parts) {
      for (int row = 0; row < part.rows().rows(); row++) {
        for (int i = 0; i < first.schema().size(); i++) {
          Column column = part.rows().column(i);
          all.column(i).add(column.get(row));
        }
        all.endRow();
      }
    }
    return all.build();
  }
}
