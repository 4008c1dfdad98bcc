/**
 * Inputs and views that are broken in every way that we know of, each run through a whole job:
 * every row is accounted for, or the run ends with a message that names the culprit and nothing is
 * published.
 */
@NullMarked
package dev.nightjar.faults.data;

import org.jspecify.annotations.NullMarked;
