/**
 * Who scores: Nightjar by its public API, and others as somebody who knows their libraries would
 * write it by hand. Each gives the same scores, which the test of this leaf shows.
 */
@NullMarked
package dev.nightjar.bench.peer;

import org.jspecify.annotations.NullMarked;
