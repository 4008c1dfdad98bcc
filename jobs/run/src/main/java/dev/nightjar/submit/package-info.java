/**
 * A run on a cluster: {@link dev.nightjar.submit.SubmitPlan} is the exact spark-submit line as a
 * value, derived from a {@link dev.nightjar.submit.Distribution}, from the size of an executor's
 * container ({@link dev.nightjar.submit.ContainerMemory}) and from what the user set; {@link
 * dev.nightjar.submit.SubmitOutcome} reads from the output path what became of it.
 */
@NullMarked
package dev.nightjar.submit;

import org.jspecify.annotations.NullMarked;
