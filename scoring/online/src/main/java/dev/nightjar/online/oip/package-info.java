/**
 * The Open Inference Protocol, version 2, in JSON: {@link dev.nightjar.online.oip.TensorForm} reads
 * requests and writes answers, {@link dev.nightjar.online.oip.Metadata} writes what the server and
 * its models are. No HTTP here.
 *
 * <p>Rows come as <em>columns</em>, one tensor [rows] or [rows, 1] for each field, or, where the
 * endpoint's configuration gives a model's tensors names, as a <em>matrix</em>, one tensor [rows,
 * inputs] in the contract's order. {@link dev.nightjar.online.oip.Datatype} says which values a
 * datatype takes and which type a column of it has; the contract converts it as it does in batch.
 *
 * <p>Beyond the protocol: null among the data of a request is a missing value, and among the data
 * of an answer what a row without a score has for outputs. Such a row fails the request, unless it
 * asks for the output {@code _nightjar_outcome} and so can tell it from the others.
 */
@NullMarked
package dev.nightjar.online.oip;

import org.jspecify.annotations.NullMarked;
