/**
 * Feature values kept for look-ups by key. An {@link dev.nightjar.store.OnlineStore} answers {@link
 * dev.nightjar.feature.FeatureStore}'s queries, and a {@link dev.nightjar.store.StoreBatch} writes
 * to it: {@link dev.nightjar.store.EmbeddedStore} in a file of this machine, {@link
 * dev.nightjar.store.RedisStore} in a Redis; a {@link dev.nightjar.store.StorePlace} says which.
 * What is stored of a key is what {@link dev.nightjar.feature.VisibleRows} keeps of its rows, so
 * the batch join and the look-up go by one rule, and what a batch changes of it is decided in one
 * place for both stores, {@code BatchRule}.
 */
@NullMarked
package dev.nightjar.store;

import org.jspecify.annotations.NullMarked;
