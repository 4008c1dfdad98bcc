/**
 * Feature views in batch. {@link dev.nightjar.feature.spark.TableReader} reads the table of a view
 * or of the input as it is declared and not as Spark's session happens to be set; {@link
 * dev.nightjar.feature.spark.PointInTimeJoin} joins views to input rows by the rule of {@link
 * dev.nightjar.feature.VisibleRows}; {@link dev.nightjar.feature.spark.TrainingSets} makes training
 * sets by that same join and keeps beside them what they were made of.
 *
 * <p>What runs on executors stands in named classes that hold plain values and no session.
 */
@NullMarked
package dev.nightjar.feature.spark;

import org.jspecify.annotations.NullMarked;
