/**
 * Plays the user: a world to score, and the training program that a user would write.
 *
 * <p>{@link dev.nightjar.demo.DemoProject} writes a project folder, with the tables of a {@link
 * dev.nightjar.demo.FlightWorld} and the configuration of one job. {@link
 * dev.nightjar.demo.TrainingProgram} trains on the joined rows of that project; it is meant to be
 * copied. {@link dev.nightjar.demo.JoinedRows} reads them from Spark, {@link
 * dev.nightjar.demo.TrainingRows} takes them through contract and transform, {@link
 * dev.nightjar.demo.Auc} says how good the result is. The package {@code nyc} does the same on real
 * flights, and {@code oracle} judges the scores of both, row by row.
 */
@NullMarked
package dev.nightjar.demo;

import org.jspecify.annotations.NullMarked;
