package dev.nightjar.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the rows of views come to executors, which are other processes with other class loaders. */
@Tag("cluster")
class ExecutorViewsTest {
  @RegisterExtension static final ClusterExtension CLUSTER = new ClusterExtension();

  private static final String JAVA = "org.apache.spark.serializer.JavaSerializer";
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";
  private static final Pattern SHUFFLED = Pattern.compile("\"Shuffle Records Written\":([0-9]+)");

  private static Bench bench;

  @BeforeAll
  static void publishOnce() {
    bench = new Bench(CLUSTER.cluster(), "executor-views");
  }

  @AfterAll
  static void close() {
    if (bench != null) {
      bench.close();
    }
  }

  /** Whether rows of the input were shuffled says which way the view was joined. */
  @ParameterizedTest
  @CsvSource({"1000000, " + JAVA, "1000000, " + KRYO, "-1, " + KRYO})
  void a_view_that_is_sent_and_one_that_is_merged_answer_alike_by_any_serializer(
      long bytes, String serializer) {
    long before = bench.token();
    Submission submission =
        bench
            .submission()
            .setting(Submission.BROADCAST_BYTES, Long.toString(bytes))
            .setting("spark.serializer", serializer)
            .start();

    bench.requirePublished(submission, before, Optional.empty());

    long shuffled = shuffled(submission);
    if (bytes < 0) {
      assertThat(shuffled).isGreaterThanOrEqualTo(ManyReadings.ROWS);
    } else {
      assertThat(shuffled).isLessThan(ManyReadings.ROWS);
    }
  }

  private static long shuffled(Submission submission) {
    Matcher matcher = SHUFFLED.matcher(submission.events());
    long records = 0;
    while (matcher.find()) {
      records += Long.parseLong(matcher.group(1));
    }
    return records;
  }
}
