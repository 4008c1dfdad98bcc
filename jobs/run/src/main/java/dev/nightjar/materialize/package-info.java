/**
 * Fills feature stores: what became visible of a view since the last time goes, key by key, into
 * the store. {@link dev.nightjar.materialize.Materialization} decides which span of time is read;
 * what is visible when is said by {@code dev.nightjar.feature.spark.ViewHistory}, and what is kept
 * of it by {@code dev.nightjar.store.StoreBatch}.
 */
@NullMarked
package dev.nightjar.materialize;

import org.jspecify.annotations.NullMarked;
