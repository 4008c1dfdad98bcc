/**
 * How fast Nightjar is, beside others that do the same work. {@link dev.nightjar.bench.BenchMain}
 * starts one JVM for each environment ({@link dev.nightjar.bench.Child}), lets each of them prepare
 * and then measure by turns ({@link dev.nightjar.bench.PlanBenchmark}), and writes medians, ratios
 * and goals ({@link dev.nightjar.bench.Figures}).
 *
 * <p>What is computed stands in {@code work}, who computes it in {@code peer}, what a JVM does when
 * it is told to in {@code worker}, the kernels that JMH times in {@code kernel}, and what puts load
 * on the endpoint ({@link dev.nightjar.bench.OnlineBenchmark}) in {@code load}.
 */
@NullMarked
package dev.nightjar.bench;

import org.jspecify.annotations.NullMarked;
