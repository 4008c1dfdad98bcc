/**
 * From training's artifacts to what scorers run: {@link
 * dev.nightjar.dl4j.compile.TransformCompiler} reads a {@code TransformProcess} and writes a {@link
 * dev.nightjar.transform.Program}. What it does not know it does not guess: the transform then runs
 * by reference, and the answer says which step and why.
 */
@NullMarked
package dev.nightjar.dl4j.compile;

import org.jspecify.annotations.NullMarked;
