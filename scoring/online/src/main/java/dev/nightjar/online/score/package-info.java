/**
 * The work of answering: {@link dev.nightjar.online.score.ScoringQueue} takes as many requests as
 * can be answered in time and no more, and runs them on a few threads. No HTTP here.
 */
@NullMarked
package dev.nightjar.online.score;

import org.jspecify.annotations.NullMarked;
