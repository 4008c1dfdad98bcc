package dev.nightjar.online.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the rows of a request.
 *
 * @param model that has scored them, all of them alike
 * @param asOf of each row the as-of time in microseconds since 1970; null where it has none, as all
 *     rows of a bundle without views
 * @param rows in the order of the request
 */
public record Answers(ModelCard model, List<@Nullable Long> asOf, List<RowAnswer> rows) {
  public Answers {
    rows = List.copyOf(rows);
  }
}
