/**
 * An independent witness: reads results by what the documentation says of their files, with Jackson
 * and parquet-hadoop alone. Nothing here imports anything of ours.
 */
@NullMarked
package dev.nightjar.faults.check;

import org.jspecify.annotations.NullMarked;
