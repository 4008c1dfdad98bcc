/**
 * One run of a job: preflight → read → join → score → write → audit → publish → record. {@link
 * dev.nightjar.run.JobRunner} walks the steps; each is a class of its own and hands a value to the
 * next: {@link dev.nightjar.run.Preflight} finds what is wrong before anything is read at length,
 * {@link dev.nightjar.run.InputRows} are the interval's rows, {@link dev.nightjar.run.ScoredRows}
 * joins and scores them, {@link dev.nightjar.run.Attempt} writes them in one pass, {@link
 * dev.nightjar.run.Audit} reads back what was written and holds it against an independent read of
 * the input, and {@link dev.nightjar.run.Publication} makes it visible.
 */
@NullMarked
package dev.nightjar.run;

import org.jspecify.annotations.NullMarked;
