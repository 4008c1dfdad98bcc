/**
 * The job file as a value. A {@link dev.nightjar.job.Project} is the folder that holds {@code
 * conf/jobs} and {@code conf/views}; {@link dev.nightjar.job.JobFiles} reads a {@link
 * dev.nightjar.job.Job} and all views that it names, and reports every mistake of all these files
 * at once. No Spark here: a mistake is told before Spark starts.
 */
@NullMarked
package dev.nightjar.job;

import org.jspecify.annotations.NullMarked;
