/** Tests that look at all leaves at once: the arrows between them, and the distribution. */
@NullMarked
package dev.nightjar.dist;

import org.jspecify.annotations.NullMarked;
