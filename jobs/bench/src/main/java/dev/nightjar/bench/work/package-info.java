/**
 * What is scored: {@link dev.nightjar.bench.work.Workload} says which rows, which transform and
 * which network; {@link dev.nightjar.bench.work.Prepared} is one on disk, as data in Parquet and a
 * bundle that is made as a user makes one.
 */
@NullMarked
package dev.nightjar.bench.work;

import org.jspecify.annotations.NullMarked;
