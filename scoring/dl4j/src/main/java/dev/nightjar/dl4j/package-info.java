/**
 * Deeplearning4j, ND4J and DataVec behind Nightjar's interfaces, and the only package that imports
 * them. {@link dev.nightjar.dl4j.Bundles} is what a training program calls at its end; {@link
 * dev.nightjar.dl4j.Dl4jPackager} makes a bundle of saved artifacts and {@link
 * dev.nightjar.dl4j.Dl4jReference} runs its middle stages row for row as the libraries do.
 *
 * <p>The libraries' own readers of files execute what a file tells them to; so files are opened and
 * checked here ({@code ModelZip}, {@code Normalizer}, {@code SavedArrays}, {@code CheckedJson}) and
 * the libraries only see bytes whose kind and size are known and which name no classes but theirs.
 */
@NullMarked
package dev.nightjar.dl4j;

import org.jspecify.annotations.NullMarked;
