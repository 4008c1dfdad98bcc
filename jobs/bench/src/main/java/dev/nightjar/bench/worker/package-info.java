/**
 * What runs inside the JVMs that the benchmark starts: each takes one request a line and gives one
 * answer a line ({@link dev.nightjar.bench.worker.RequestLoop}). {@code MllibWorker}, {@code
 * RequestLoop}, {@code Session} and {@code Sink} use nothing but Spark and the JDK, because MLlib's
 * JVM has nothing else on its class path.
 */
@NullMarked
package dev.nightjar.bench.worker;

import org.jspecify.annotations.NullMarked;
