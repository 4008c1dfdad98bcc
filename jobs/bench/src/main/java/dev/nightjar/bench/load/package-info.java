/**
 * Load on an HTTP server, with as little of its own as will do, since it shares the machine's cores
 * with what it measures: plain sockets that are kept open ({@link
 * dev.nightjar.bench.load.Connection}), one thread for each, requests that are bytes already
 * ({@link dev.nightjar.bench.load.Message}), at a pace ({@link dev.nightjar.bench.load.Pace}).
 */
@NullMarked
package dev.nightjar.bench.load;

import org.jspecify.annotations.NullMarked;
