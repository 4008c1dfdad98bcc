/** Kernels that JMH times, in JVMs of its own, on one thread and on rows that lie in memory. */
@NullMarked
package dev.nightjar.bench.kernel;

import org.jspecify.annotations.NullMarked;
