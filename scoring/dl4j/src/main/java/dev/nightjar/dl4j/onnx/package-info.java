/**
 * From a network of DL4J to an ONNX model that computes the same. {@link
 * dev.nightjar.dl4j.onnx.OnnxConverter} walks the network; there is one small class for each family
 * of layers, and {@code Layers} and {@code Vertices} are the tables of them. {@code GraphWriter}
 * writes the graph, with the protobuf classes that ND4J carries.
 *
 * <p>What is not known is not guessed: a layer, an activation or an option that no class here reads
 * ends in a {@link dev.nightjar.dl4j.onnx.Conversion.Refused}, and the network is then run by DL4J.
 * Every file here says what DL4J does when it runs, which is not always what its documentation
 * says; the property tests of scoring/onnx hold both against each other.
 */
@NullMarked
package dev.nightjar.dl4j.onnx;

import org.jspecify.annotations.NullMarked;
