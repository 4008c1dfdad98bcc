/**
 * Logical time as values: an {@link dev.nightjar.schedule.Interval} is what a run scores, a {@link
 * dev.nightjar.schedule.Schedule} says when runs are due. Nothing here reads a clock or starts
 * anything.
 */
@NullMarked
package dev.nightjar.schedule;

import org.jspecify.annotations.NullMarked;
