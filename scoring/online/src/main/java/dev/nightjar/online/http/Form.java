package dev.nightjar.online.http;

import com.linecorp.armeria.common.HttpData;
import dev.nightjar.online.model.ServedModel;
import dev.nightjar.online.request.Answers;
import java.time.Instant;
import java.util.Optional;

/** A way in which rows come in and answers go out. Thread-safe. */
interface Form {

  /** What logs and metrics call it. */
  String word();

  /**
   * Decodes, scores and encodes.
   *
   * @param body as it came, unpacked
   * @param asOf the time for which the request asks for features; empty for the time of the request
   * @throws dev.nightjar.online.request.RequestException when there is something wrong with it
   */
  Reply reply(ServedModel model, byte[] body, Optional<Instant> asOf);

  /**
   * What goes out.
   *
   * @param json in UTF-8
   * @param answers for logs and metrics
   */
  record Reply(HttpData json, Answers answers) {
    Reply(byte[] json, Answers answers) {
      this(HttpData.wrap(json), answers);
    }
  }
}
