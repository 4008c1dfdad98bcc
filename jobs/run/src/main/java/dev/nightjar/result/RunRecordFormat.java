package dev.nightjar.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The bytes of a run record: plain JSON, without a digest, for it proves nothing to readers. */
final class RunRecordFormat {
  private RunRecordFormat() {}

  static byte[] write(RunRecord record) {
    return (Json.text(Json.TOLERANT, record) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The record in these bytes, or one that says why they cannot be read. */
  static RunRecord read(String interval, long token, byte[] bytes) {
    try {
      JsonNode json = Json.TOLERANT.readTree(bytes);
      int format = json.path("format").asInt(0);
      if (format < 1 || format > RunRecord.FORMAT) {
        String why = "it has format " + format + ", and this Nightjar reads " + RunRecord.FORMAT;
        return RunRecord.unreadable(interval, token, why);
      }
      RunRecord record = Json.TOLERANT.treeToValue(json, RunRecord.class);
      return record.token() == token && interval.equals(record.interval())
          ? record
          : RunRecord.unreadable(interval, token, "it is that of " + record.run());
    } catch (IOException e) {
      return RunRecord.unreadable(interval, token, firstLine(e));
    }
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
