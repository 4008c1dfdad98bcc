package dev.nightjar.schedule.quartz;

import dev.nightjar.schedule.Schedule;
import dev.nightjar.schedule.node.JobFile;
import dev.nightjar.schedule.node.Timer;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Properties;
import java.util.TimeZone;
import org.quartz.CronExpression;
import org.quartz.CronScheduleBuilder;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/**
 * Wakes a node by cron triggers of Quartz. Where Quartz cannot follow a schedule the node finds
 * what is due when it next goes round. Thread-safe.
 */
public final class QuartzTimer implements Timer {
  private static final System.Logger LOG = System.getLogger(QuartzTimer.class.getName());
  private static final String WAKE = "wake";

  private final Scheduler quartz;

  private QuartzTimer(Scheduler quartz) {
    this.quartz = quartz;
  }

  /**
   * Starts a timer with a thread of its own.
   *
   * @param name which no other one of this process has
   */
  public static QuartzTimer start(String name) {
    Properties properties = new Properties();
    properties.setProperty("org.quartz.scheduler.instanceName", name);
    properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    properties.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
    properties.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
    properties.setProperty("org.quartz.threadPool.threadCount", "1");
    properties.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    try {
      Scheduler quartz = new StdSchedulerFactory(properties).getScheduler();
      quartz.start();
      return new QuartzTimer(quartz);
    } catch (SchedulerException e) {
      throw new IllegalStateException("Quartz does not start: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void set(Collection<JobFile.Sound> jobs, Runnable wake) {
    try {
      quartz.clear();
      quartz.getContext().put(WAKE, wake);
      for (JobFile.Sound job : jobs) {
        job.schedule().ifPresent(schedule -> add(job.name(), schedule));
      }
    } catch (SchedulerException e) {
      throw new IllegalStateException("Quartz takes no jobs: " + e.getMessage(), e);
    }
  }

  private static void none(String name, Object why) {
    LOG.log(Level.DEBUG, () -> "no alarm for " + name + ": " + why);
  }

  private void add(String name, Schedule schedule) {
    if (!CronExpression.isValidExpression(schedule.cron())) {
      none(name, "not an expression of this Quartz");
      return;
    }
    try {
      // A firing that was missed is found in the ledger; to be woken for it late would do no good.
      quartz.scheduleJob(
          JobBuilder.newJob(Waking.class).withIdentity(JobKey.jobKey(name)).build(),
          TriggerBuilder.newTrigger()
              .withIdentity(name)
              .withSchedule(
                  CronScheduleBuilder.cronSchedule(schedule.cron())
                      .inTimeZone(TimeZone.getTimeZone(schedule.zone()))
                      .withMisfireHandlingInstructionDoNothing())
              .build());
    } catch (SchedulerException e) {
      none(name, e); // Such as a schedule that never fires again.
    }
  }

  @Override
  public void close() {
    try {
      quartz.shutdown(false);
    } catch (SchedulerException e) {
      throw new IllegalStateException("Quartz does not end: " + e.getMessage(), e);
    }
  }

  /** What Quartz runs. Public with a public constructor because Quartz makes it by reflection. */
  public static final class Waking implements Job {
    @Override
    public void execute(JobExecutionContext context) {
      try {
        if (context.getScheduler().getContext().get(WAKE) instanceof Runnable wake) {
          wake.run();
        }
      } catch (SchedulerException e) {
        throw new IllegalStateException("Quartz has lost its context", e);
      }
    }
  }
}
