package dev.nightjar.online.request;

import java.util.List;

/**
 * What became of the rows of a request.
 *
 * @param model that has scored them, all of them alike
 * @param asOf in microseconds since 1970: the time of the request, or the one it named; the as-of
 *     times of the rows where the model takes them from a field
 * @param rows in the order of the request
 */
public record Answers(ModelCard model, List<Long> asOf, List<RowAnswer> rows) {
  public Answers {
    rows = List.copyOf(rows);
  }
}
