package dev.nightjar.dl4j.onnx;

import java.util.List;
import onnx.Onnx.TensorProto;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Numbers of categories to the vectors that were learned for them. */
final class EmbeddingLayers {
  private EmbeddingLayers() {}

  static Tensor one(Part part, Tensor in, GraphWriter graph) {
    EmbeddingLayer layer = part.as(EmbeddingLayer.class);
    Options.check(layer, "activationFn", "hasBias");
    in.requireRank(2);
    if (in.size(1) != 1) {
      throw new RefusedException("it is given several categories for a row");
    }
    Tensor vectors = vectors(part, layer.hasBias(), in, graph);
    return Activations.apply(
        layer.getActivationFn(), graph.reshaped(vectors, vectors.size(2)), graph);
  }

  static Tensor several(Part part, Tensor in, GraphWriter graph) {
    EmbeddingSequenceLayer layer = part.as(EmbeddingSequenceLayer.class);
    Options.check(
        layer, "activationFn", "hasBias", "inputLength", "inferInputLength", "outputFormat");
    Tensor steps = in;
    if (in.rank() == 3 && in.size(1) == 1) {
      steps = graph.reshaped(in, in.size(2));
    }
    steps.requireRank(2);
    if (!layer.isInferInputLength() && steps.size(1) != layer.getInputLength()) {
      throw new RefusedException("it is given another number of categories than it declares");
    }
    Tensor vectors = vectors(part, layer.hasBias(), steps, graph);
    boolean last = layer.getOutputFormat() == RNNFormat.NWC;
    return Activations.apply(
        layer.getActivationFn(), last ? vectors : graph.turned(vectors, 0, 2, 1), graph);
  }

  /**
   * [rows, categories, size]. A negative number counts from the end in ONNX; it is sent beyond the
   * end instead, where it fails as it does in DL4J.
   */
  private static Tensor vectors(Part part, boolean hasBias, Tensor in, GraphWriter graph) {
    INDArray weights = part.parameter("W");
    long categories = weights.size(0);
    long size = weights.size(1);
    String number =
        graph.node(
            "Cast",
            List.of(in.name()),
            GraphWriter.integer("to", TensorProto.DataType.INT64.getNumber()));
    String negative = graph.node("Less", List.of(number, graph.integer(0)));
    String known = graph.node("Where", List.of(negative, graph.integer(categories), number));
    Tensor vectors =
        in.shaped(
            graph.node(
                "Gather",
                List.of(graph.floats(weights, categories, size), known),
                GraphWriter.integer("axis", 0)),
            in.size(1),
            size);
    return hasBias ? graph.with("Add", vectors, graph.floats(part.parameter("b"), size)) : vectors;
  }
}
