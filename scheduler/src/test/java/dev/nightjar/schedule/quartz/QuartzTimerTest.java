package dev.nightjar.schedule.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.Schedule;
import dev.nightjar.schedule.Schedule.CatchUp;
import dev.nightjar.schedule.node.JobFile;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class QuartzTimerTest {
  private static final ZoneId KATHMANDU = ZoneId.of("Asia/Kathmandu");

  private static JobFile.Sound job(String name, String cron) {
    return new JobFile.Sound(
        name, "a1", Grain.DAY, KATHMANDU, Optional.of(new Schedule(cron, KATHMANDU, CatchUp.ALL)));
  }

  @Test
  void it_wakes_when_a_job_fires_and_bears_one_that_never_does() {
    Semaphore woken = new Semaphore(0);
    try (QuartzTimer timer = QuartzTimer.start("test")) {
      timer.set(
          List.of(job("never", "0 0 0 1 1 ? 2020"), job("often", "* * * * * ?")), woken::release);
      await().until(woken::tryAcquire);

      Semaphore others = new Semaphore(0);
      timer.set(List.of(job("other", "* * * * * ?")), others::release);
      await().until(others::tryAcquire);
      woken.drainPermits();
      await().until(others::tryAcquire);
      assertThat(woken.availablePermits()).isZero();
    }
  }
}
