package dev.nightjar.online.http;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nightjar.contract.Outcome;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RowAnswer;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * What logs and metrics tell of a request: no value that a client sent, but the name of a model
 * that is served here. Written by one thread at a time, each of which hands on to the next.
 */
final class Tally {
  private static final AttributeKey<Tally> KEY = AttributeKey.valueOf(Tally.class, "TALLY");

  private volatile String form = "";
  private volatile String model = "";
  private volatile String version = "";
  private volatile int scored;
  private volatile int filtered;
  private volatile int rejected;
  private volatile @Nullable String reason;

  /** That of a request; one that was not begun yet is. */
  static Tally of(ServiceRequestContext context) {
    Tally tally = context.attr(KEY);
    if (tally == null) {
      tally = new Tally();
      context.setAttr(KEY, tally);
    }
    return tally;
  }

  void form(String word) {
    form = word;
  }

  void model(ModelCard card) {
    model = card.name();
    version = card.version();
  }

  void answered(Answers answers) {
    int ofScored = 0;
    int ofFiltered = 0;
    for (RowAnswer row : answers.rows()) {
      ofScored += row.outcome() == Outcome.SCORED ? 1 : 0;
      ofFiltered += row.outcome() == Outcome.FILTERED ? 1 : 0;
    }
    scored = ofScored;
    filtered = ofFiltered;
    rejected = answers.rows().size() - ofScored - ofFiltered;
  }

  /** Why it was not answered, in a word of ours. */
  void refused(String why) {
    reason = why;
  }

  String form() {
    return form;
  }

  String model() {
    return model;
  }

  String version() {
    return version;
  }

  int count(Outcome outcome) {
    return switch (outcome) {
      case SCORED -> scored;
      case FILTERED -> filtered;
      case REJECTED -> rejected;
    };
  }

  int rows() {
    return scored + filtered + rejected;
  }

  @Nullable String reason() {
    return reason;
  }
}
