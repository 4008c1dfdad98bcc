/**
 * The ledger: the database in which schedulers agree who does what, and that indexes runs for
 * people. A {@link dev.nightjar.ledger.Slot} is one (job, interval) that is due, was done or was
 * given up, and there is at most one; a {@link dev.nightjar.ledger.Lease} on it is who works on it
 * now. {@link dev.nightjar.ledger.Ledger} opens SQLite for the schedulers of one machine and
 * PostgreSQL for those of several. {@link dev.nightjar.ledger.Notices} are what people are to be
 * told of, written with the end of a slot.
 *
 * <p>The ledger decides who starts a run, never whether a result is published: that is the claim
 * and the manifest under the output path. A driver needs no database, and what a ledger has lost or
 * missed is read again from the files.
 */
@NullMarked
package dev.nightjar.ledger;

import org.jspecify.annotations.NullMarked;
