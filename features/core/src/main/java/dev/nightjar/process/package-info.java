/**
 * Java processes beside this one, for work that this one must outlive or must not be slowed down
 * by. A {@link dev.nightjar.process.ChildJvm} has bounds of its own and never lives longer than
 * this process.
 */
@NullMarked
package dev.nightjar.process;

import org.jspecify.annotations.NullMarked;
