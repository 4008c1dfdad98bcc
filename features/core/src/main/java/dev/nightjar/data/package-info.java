/**
 * What a row is. A {@link dev.nightjar.data.Schema} names and types the columns, a {@link
 * dev.nightjar.data.ColumnBatch} holds some thousand rows as primitive arrays, and a {@link
 * dev.nightjar.data.KeyDigest} says in 24 bytes which keys a set of rows holds.
 *
 * <p>Everything here is plain Java: Spark, DataVec and the endpoint turn their own rows into these
 * and back. Columns and batches are immutable; builders are not thread-safe.
 */
@NullMarked
package dev.nightjar.data;

import org.jspecify.annotations.NullMarked;
