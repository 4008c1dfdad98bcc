package dev.nightjar.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.ledger.Notices;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The notices that have not reached anybody, as {@code nightjar schedule status} shows them. */
final class NoticeLines {
  private static final Duration LOOKED_BACK = Duration.ofDays(7);
  private static final int MOST = 20;

  private NoticeLines() {}

  /** Nothing is printed where all have been told. */
  static void print(Notices notices, Instant now, PrintWriter out) {
    for (Notices.Waiting one : notices.waiting()) {
      out.println(
          one.open()
              + (one.open() == 1 ? " notice" : " notices")
              + (one.name().isEmpty() ? "" : " for '" + one.name() + "'")
              + " not delivered so far, since "
              + seconds(one.oldest())
              + (one.problem().isEmpty()
                  ? ""
                  : ": " + one.problem() + "; tried again at " + seconds(one.next())));
    }
    for (Notices.Lost one : notices.lost(now.minus(LOOKED_BACK), MOST)) {
      out.println(
          "never delivered to '"
              + one.receiver()
              + "': "
              + one.notice().job()
              + " "
              + one.notice().interval()
              + " "
              + one.notice().event().word()
              + " ("
              + (one.fate().equals("refused") ? "not taken" : "given up")
              + " at "
              + seconds(one.at())
              + ": "
              + one.problem()
              + ")");
    }
  }

  static void put(Notices notices, Instant now, ObjectNode document) {
    ArrayNode waiting = document.putArray("notices");
    for (Notices.Waiting one : notices.waiting()) {
      ObjectNode node =
          waiting
              .addObject()
              .put("receiver", one.name())
              .put("open", one.open())
              .put("since", one.oldest().toString())
              .put("failures", one.failures())
              .put("problem", one.problem());
      if (one.failures() > 0) {
        node.put("next", one.next().toString());
      }
    }
    ArrayNode lost = document.putArray("notices-lost");
    for (Notices.Lost one : notices.lost(now.minus(LOOKED_BACK), MOST)) {
      lost.addObject()
          .put("receiver", one.receiver())
          .put("key", one.notice().key())
          .put("job", one.notice().job())
          .put("interval", one.notice().interval())
          .put("event", one.notice().event().word())
          .put("fate", one.fate())
          .put("at", one.at().toString())
          .put("problem", one.problem());
    }
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
