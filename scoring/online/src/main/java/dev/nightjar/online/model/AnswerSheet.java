package dev.nightjar.online.model;

import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RowAnswer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers to the rows of a request, as they come, in whatever order that is. */
final class AnswerSheet {
  private final @Nullable RowAnswer[] answers;
  private final @Nullable Long[] asOf;

  AnswerSheet(int rows) {
    this.answers = new @Nullable RowAnswer[rows];
    this.asOf = new @Nullable Long[rows];
  }

  void put(int row, RowAnswer answer, @Nullable Long time) {
    answers[row] = answer;
    asOf[row] = time;
  }

  /** All of them. */
  Answers answers(ModelCard model) {
    List<RowAnswer> all = new ArrayList<>();
    for (RowAnswer answer : answers) {
      if (answer == null) {
        throw new IllegalStateException("a row of the request has no answer");
      }
      all.add(answer);
    }
    return new Answers(model, Arrays.asList(asOf), all);
  }
}
