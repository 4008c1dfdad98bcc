/**
 * The transform as column steps: what packaging compiles from training's {@code TransformProcess}
 * and writes into {@code pipeline.json}, and what runs it.
 *
 * <p>A {@link dev.nightjar.transform.Program} is a list of {@link dev.nightjar.transform.Step}s
 * over numbered slots, checked when it is made, so that none can read what is not there. {@link
 * dev.nightjar.transform.CompiledTransform} runs it: each step is one loop over a primitive array,
 * and gives exactly what DataVec gives, to the bit. Texts are numbered once, when they come in
 * ({@code Texts}); what a step makes of a text is worked out once for each number. A new step is a
 * record in {@code Step}, a case in {@code Kernels} and one in the compiler of {@code
 * scoring/dl4j}.
 */
@NullMarked
package dev.nightjar.transform;

import org.jspecify.annotations.NullMarked;
