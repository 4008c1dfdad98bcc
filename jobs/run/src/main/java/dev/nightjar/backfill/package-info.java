/**
 * Many intervals of a job, a run each. {@link dev.nightjar.backfill.BackfillPlan} decides without
 * Spark what is to be done about each of them and why: what is published, what has changed since
 * ({@link dev.nightjar.backfill.Changes}), what the schedule asks for and what is not over yet.
 * {@link dev.nightjar.backfill.Backfill} then runs what is to be scored, several at once in one
 * Spark.
 */
@NullMarked
package dev.nightjar.backfill;

import org.jspecify.annotations.NullMarked;
