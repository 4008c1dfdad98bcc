/**
 * Runs of jobs that are broken on purpose, and what is left of their promises. {@link
 * dev.nightjar.faults.Figures} collects what is measured.
 */
@NullMarked
package dev.nightjar.faults;

import org.jspecify.annotations.NullMarked;
