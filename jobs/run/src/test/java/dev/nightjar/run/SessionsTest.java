package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class SessionsTest {
  @Test
  void a_session_that_was_there_before_is_used_and_left_alone() {
    SparkSession there = TestProject.spark();

    try (OpenSession session = Sessions.open("test")) {
      assertThat(session.spark().sparkContext()).isSameAs(there.sparkContext());
    }

    assertThat(there.sparkContext().isStopped()).isFalse();
    assertThat(there.conf().get("spark.sql.shuffle.partitions")).isEqualTo("2");
  }
}
