/**
 * Where tests break a run on purpose. A {@link dev.nightjar.fault.Failpoint} is a named place
 * between two steps; a {@link dev.nightjar.fault.Guard} is a check that can be left out, to show
 * that some test then fails. Both do nothing unless a system property or a test names them.
 */
@NullMarked
package dev.nightjar.fault;

import org.jspecify.annotations.NullMarked;
