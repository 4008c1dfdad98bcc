/**
 * From the files under an output path to the ledger: {@link dev.nightjar.reconcile.FiledRunsReader}
 * reads what the files of a job tell as the values that a ledger's index takes. The other way leads
 * nowhere: no file is written from a ledger.
 */
@NullMarked
package dev.nightjar.reconcile;

import org.jspecify.annotations.NullMarked;
