package dev.nightjar.result;

import static dev.nightjar.result.Fixtures.DAY;
import static dev.nightjar.result.Fixtures.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.KeyDigest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RunRecordFormatTest {

  @Test
  void readsAsPeopleDo() {
    String text = new String(RunRecordFormat.write(full()), StandardCharsets.UTF_8);
    assertThat(text)
        .startsWith("{\n  \"format\" : 1,\n  \"job\" : \"flight-delay\",\n")
        .contains(
            "\"run\" : \"flight-delay/2013-11-05/7\"",
            "\"status\" : \"refused\"",
            "\"exit-code\" : 3",
            "\"engine\" : \"onnx\"",
            "\"device\" : \"gpu\"",
            "\"stale:weather\" : 4",
            "\"unassigned\" : 5")
        .doesNotContain("unreadable")
        .endsWith("}\n");
  }

  @Test
  void everyCutIsUnreadableAndSaysSo() {
    byte[] whole = RunRecordFormat.write(full());
    // Its last byte is the line's end, without which nothing is missing.
    for (int length = 0; length < whole.length - 1; length++) {
      RunRecord read = RunRecordFormat.read(DAY, 7, Arrays.copyOf(whole, length));
      assertThat(read.isUnreadable()).as("%s bytes", length).isTrue();
      assertThat(read.ending().reason()).startsWith("the record is unreadable: ");
      assertThat(read.token()).isEqualTo(7);
    }
  }

  @Test
  void aNewerFormatIsNamed() {
    RunRecord read = RunRecordFormat.read(DAY, 7, utf8("{\"format\": 3, \"job\": []}"));
    assertThat(read.isUnreadable()).isTrue();
    assertThat(read.ending().reason()).endsWith("it has format 3, and this Nightjar reads 2");
  }

  @Test
  void onlyWhatOlderNightjarsDoNotKnowIsWrittenInTheNewerFormat() {
    RunRecord.Builder record = RunRecord.of("flight-delay", DAY, 7, START);
    for (RunRecord.Status status : RunRecord.Status.values()) {
      RunRecord ended = record.ended(START, RunRecord.Ending.of(status, "so"));
      assertThat(ended.format()).isEqualTo(status == RunRecord.Status.SKIPPED ? 2 : 1);
      assertThat(RunRecordFormat.read(DAY, 7, RunRecordFormat.write(ended))).isEqualTo(ended);
    }
  }

  @Test
  void whatIsUnknownIsIgnoredAndWhatIsMissingIsEmpty() {
    String text =
        "{\"format\":1,\"job\":\"j\",\"interval\":\"2013-11-05\",\"token\":7,\"colour\":\"blue\","
            + "\"started\":\"2013-11-05T05:00:00Z\",\"ended\":\"2013-11-05T05:00:00Z\"}";
    RunRecord read = RunRecordFormat.read(DAY, 7, utf8(text));
    assertThat(read.isUnreadable()).isFalse();
    assertThat(read.counts()).isEqualTo(RunRecord.Counts.NONE);
    assertThat(read.engine()).isNull();
    assertThat(read.parity()).isNull();
    assertThat(read.ending().status()).isEqualTo(RunRecord.Status.UNKNOWN);
  }

  @Test
  void aCopyUnderAnotherTokenIsNotBelieved() {
    RunRecord read = RunRecordFormat.read(DAY, 8, RunRecordFormat.write(full()));
    assertThat(read.ending().reason()).endsWith("it is that of flight-delay/2013-11-05/7");
  }

  @Property(tries = 200)
  void comesBackAsItWasWritten(@ForAll("records") RunRecord record) {
    assertThat(RunRecordFormat.read("d", record.token(), RunRecordFormat.write(record)))
        .isEqualTo(record);
  }

  @Provide
  Arbitrary<RunRecord> records() {
    Arbitrary<Long> counts = Arbitraries.longs().greaterOrEqual(0);
    Arbitrary<RunRecord.Counts> rows =
        Combinators.combine(counts, counts, counts, counts, counts).as(RunRecord.Counts::new);
    Arbitrary<KeyDigest> keys =
        Combinators.combine(counts, Arbitraries.longs(), Arbitraries.longs()).as(KeyDigest::new);
    Arbitrary<RunRecord.Ending> endings =
        Combinators.combine(
                Arbitraries.of(RunRecord.Status.class),
                Arbitraries.integers(),
                Arbitraries.strings())
            .as(RunRecord.Ending::new);
    Arbitrary<Map<String, Long>> flags =
        Arbitraries.maps(Arbitraries.strings(), counts).ofMaxSize(3);
    Arbitrary<Instant> instants = ManifestFormatTest.instants();
    Arbitrary<Double> seconds = Arbitraries.doubles();
    return Combinators.combine(
            Arbitraries.strings(),
            instants,
            endings,
            rows,
            keys.injectNull(0.5),
            flags,
            seconds,
            Arbitraries.longs().between(1, 999_999_999_999_999_999L))
        .as(
            (text, at, ending, count, sum, flag, second, token) ->
                RunRecord.of(text, "d", token, at)
                    .counts(count)
                    .flags(flag)
                    .keys(sum, null)
                    .placement(text, text)
                    .parity(parity(text, second, token))
                    .step(text, second)
                    .warning(text)
                    .rejections(List.of(new RunRecord.Rejections(text, text, text, 1)))
                    .digests(
                        new RunRecord.Digests(
                            text, null, text, Map.of(text, text), Map.of(text, text)))
                    .ended(at, ending));
  }

  private static ParityCertificate parity(String text, double number, long count) {
    return new ParityCertificate(
        new ParityCertificate.Rows(count, 2, 3),
        List.of(
            new ParityCertificate.Comparison(
                text, count, 1, Map.of("model", number, "post", Double.POSITIVE_INFINITY), 4)),
        text,
        number);
  }

  private static RunRecord full() {
    return RunRecord.of("flight-delay", DAY, 7, START)
        .counts(new RunRecord.Counts(10, 6, 1, 3, 5))
        .rejections(List.of(new RunRecord.Rejections("contract", "carrier", "unknown 'XX'", 3)))
        .flags(Map.of("stale:weather", 4L))
        .step("score", 1.5)
        .digests(
            new RunRecord.Digests(
                "aa", "bb", "cc", Map.of("weather", "dd"), Map.of("weather", "4711")))
        .placement("onnx", "gpu")
        .keys(new KeyDigest(10, 1, 2), null)
        .versions(new RunRecord.Versions("0.1.0", "4.1.3", "17.0.15"))
        .warning("The input has 5 rows without a time.")
        .ended(
            START.plusSeconds(9),
            RunRecord.Ending.of(RunRecord.Status.REFUSED, "3 of 10 rows were rejected."));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
