/**
 * Feature values kept for look-ups by key: {@link dev.nightjar.store.EmbeddedStore} answers {@link
 * dev.nightjar.feature.FeatureStore}'s queries from a file of this machine, and a {@link
 * dev.nightjar.store.StoreBatch} writes to it. What is stored of a key is what {@link
 * dev.nightjar.feature.VisibleRows} keeps of its rows, so the batch join and the look-up go by one
 * rule.
 */
@NullMarked
package dev.nightjar.store;

import org.jspecify.annotations.NullMarked;
