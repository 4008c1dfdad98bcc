/**
 * Scoring of Datasets, in a small Spark of this JVM and with a real bundle of one layer. What needs
 * no Spark, such as how far a partition is read ahead, is tested without it.
 */
@NullMarked
package dev.nightjar.spark;

import org.jspecify.annotations.NullMarked;
