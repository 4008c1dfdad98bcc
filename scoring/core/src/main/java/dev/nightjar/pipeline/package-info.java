/**
 * The way of a row through a bundle: contract → transform → normalize → model → post. A {@link
 * dev.nightjar.pipeline.Scorer} takes a {@link dev.nightjar.data.ColumnBatch} and gives a {@link
 * dev.nightjar.pipeline.ScoredBatch}; batch jobs and the endpoint call it and nothing else.
 *
 * <p>{@link dev.nightjar.pipeline.ContractStep} applies the contract's rules; the stages in the
 * middle are compiled ({@code CompiledStages}) or the business of a {@link
 * dev.nightjar.engine.Reference}; {@link dev.nightjar.pipeline.PostStep} makes the outputs. A
 * {@link dev.nightjar.pipeline.LoadedBundle} has proven its golden rows and hands out scorers.
 */
@NullMarked
package dev.nightjar.pipeline;

import org.jspecify.annotations.NullMarked;
