/**
 * The scheduler of one machine, of which several may share a ledger. {@link
 * dev.nightjar.schedule.node.Node} is the loop: it turns what schedules ask for into slots, takes
 * slots under leases, has runs started by a {@link dev.nightjar.schedule.node.Launcher}, and
 * settles by what became of them. What it knows of jobs and of published results comes from a
 * {@link dev.nightjar.schedule.node.JobSource} and a {@link
 * dev.nightjar.schedule.node.ResultIndex}. It decides who starts a run, never whether a result is
 * published.
 */
@NullMarked
package dev.nightjar.schedule.node;

import org.jspecify.annotations.NullMarked;
