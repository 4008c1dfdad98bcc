/**
 * A real cluster: a master and two workers as JVMs of their own, started from the distribution's
 * jars ({@link dev.nightjar.faults.cluster.Cluster}), runs by the real command {@code nightjar
 * submit} ({@link dev.nightjar.faults.cluster.Submission}), and what is done to their processes. A
 * fault counts only when it struck: failpoints make a process wait at a named place and write its
 * id into a file, and only then it is killed or stopped there.
 */
@NullMarked
package dev.nightjar.faults.cluster;

import org.jspecify.annotations.NullMarked;
