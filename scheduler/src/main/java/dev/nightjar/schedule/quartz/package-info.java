/**
 * Quartz as a timer, and the only place that knows it: {@link
 * dev.nightjar.schedule.quartz.QuartzTimer} wakes a node when cron expressions fire. Its jobs are
 * kept in memory and hold nothing: what is due is read from the ledger.
 */
@NullMarked
package dev.nightjar.schedule.quartz;

import org.jspecify.annotations.NullMarked;
