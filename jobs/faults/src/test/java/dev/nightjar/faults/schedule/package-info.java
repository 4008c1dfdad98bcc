/**
 * Schedulers of several machines on one PostgreSQL, broken at random: {@code ScheduleFaultsTest}
 * draws the faults, {@code Schedulers} is what they strike, and {@code check/ScheduleChecker},
 * which knows nothing of ours, says what is left.
 */
package dev.nightjar.faults.schedule;
