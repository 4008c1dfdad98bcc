/**
 * Results in Iceberg tables. The attempt's files, which are audited already, are copied to the
 * table and one commit of its metadata puts them in place of the interval's, with the fencing token
 * in the snapshot's summary.
 */
@NullMarked
package dev.nightjar.sink.iceberg;

import org.jspecify.annotations.NullMarked;
