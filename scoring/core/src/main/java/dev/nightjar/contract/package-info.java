/**
 * What a bundle promises: a {@link dev.nightjar.contract.Contract} types its inputs and outputs and
 * has a rule for each null, invalid and unknown value; a row ends in one {@link
 * dev.nightjar.contract.Outcome}, and a {@link dev.nightjar.contract.Rejection} names the {@link
 * dev.nightjar.contract.Stage} that stopped it. Values only; what applies them is the pipeline.
 */
@NullMarked
package dev.nightjar.contract;

import org.jspecify.annotations.NullMarked;
