/**
 * Scoring in Spark programs, ours and others':
 *
 * <pre>{@code
 * Scoring scoring = Scoring.of(spark, "bundles/flight-delay");
 * Dataset<Row> scored = scoring.score(rows);
 * }</pre>
 *
 * The driver reads the bundle once, checks and proves it, and broadcasts its bytes. Each executor
 * JVM checks and proves them again, once, in {@link dev.nightjar.spark.ExecutorBundles}; one that
 * fails the proof ends itself ({@link dev.nightjar.spark.UnfitExecutor}). Each task borrows a
 * scorer and runs its partition through it batch by batch.
 */
@NullMarked
package dev.nightjar.spark;

import org.jspecify.annotations.NullMarked;
