package dev.nightjar.contract;

import static java.util.Objects.requireNonNull;

/**
 * Why a row has no score.
 *
 * @param stage where it was stopped
 * @param field the input field, feature view or output that is to blame; empty when it is none
 *     alone
 * @param reason for people; begins in lower case and holds the value where that helps
 */
public record Rejection(Stage stage, String field, String reason) {
  public Rejection {
    requireNonNull(stage, "stage is null");
    requireNonNull(field, "field is null");
    requireNonNull(reason, "reason is null");
  }
}
