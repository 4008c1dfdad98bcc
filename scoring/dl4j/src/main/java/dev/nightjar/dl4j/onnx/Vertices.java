package dev.nightjar.dl4j.onnx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;

/** Vertices of graphs other than layers. */
final class Vertices {
  private Vertices() {}

  static Tensor convert(GraphVertex vertex, List<Tensor> inputs, GraphWriter graph) {
    Class<?> kind = vertex.getClass();
    if (kind == ElementWiseVertex.class) {
      return elementWise((ElementWiseVertex) vertex, inputs, graph);
    }
    if (kind == MergeVertex.class) {
      return merge((MergeVertex) vertex, inputs, graph);
    }
    if (inputs.size() != 1) {
      throw new RefusedException("it has " + inputs.size() + " inputs");
    }
    Tensor in = inputs.get(0);
    if (kind == ScaleVertex.class) {
      Options.check(vertex, "scaleFactor");
      return graph.with("Mul", in, graph.number(((ScaleVertex) vertex).getScaleFactor()));
    }
    if (kind == ShiftVertex.class) {
      Options.check(vertex, "shiftFactor");
      return graph.with("Add", in, graph.number(((ShiftVertex) vertex).getShiftFactor()));
    }
    if (kind == L2NormalizeVertex.class) {
      return normalize((L2NormalizeVertex) vertex, in, graph);
    }
    if (kind == SubsetVertex.class) {
      SubsetVertex subset = (SubsetVertex) vertex;
      Options.check(subset, "from", "to");
      in.requireRank(2, 3, 4);
      return graph.slice(in, 1, subset.getFrom(), subset.getTo() + 1L);
    }
    if (kind == PreprocessorVertex.class) {
      Options.check(vertex, "preProcessor");
      return Preprocessors.convert(((PreprocessorVertex) vertex).getPreProcessor(), in, graph);
    }
    if (kind == PoolHelperVertex.class) {
      in.requireRank(4);
      return graph.slice(graph.slice(in, 2, 1, in.size(2)), 3, 1, in.size(3));
    }
    // Without masks; both take the last dimension for the steps, whatever the layers around say.
    if (kind == LastTimeStepVertex.class) {
      Options.check(vertex, "maskArrayInputName");
      in.requireRank(3);
      return graph.flat(graph.slice(in, 2, in.size(2) - 1, in.size(2)));
    }
    if (kind == ReverseTimeSeriesVertex.class) {
      Options.check(vertex, "maskArrayInputName");
      in.requireRank(3);
      String order =
          graph.integers(LongStream.range(0, in.size(2)).map(i -> in.size(2) - 1 - i).toArray());
      return in.named(
          graph.node("Gather", List.of(in.name(), order), GraphWriter.integer("axis", 2)));
    }
    throw new RefusedException("vertices of this kind are not converted");
  }

  private static Tensor elementWise(
      ElementWiseVertex vertex, List<Tensor> inputs, GraphWriter graph) {
    Options.check(vertex, "op");
    Tensor first = inputs.get(0);
    // Arrays of different shapes are stretched by DL4J in some of the operations only.
    if (new HashSet<>(inputs.stream().map(Tensor::shape).toList()).size() != 1
        || inputs.stream().anyMatch(one -> one.perRow() != first.perRow())) {
      throw new RefusedException("its inputs have different shapes");
    }
    if (inputs.size() == 1) {
      return first;
    }
    return switch (vertex.getOp()) {
      case Add -> chain("Add", inputs, graph);
      case Product -> chain("Mul", inputs, graph);
      case Max -> chain("Max", inputs, graph);
      case Average -> graph.with("Div", chain("Add", inputs, graph), graph.number(inputs.size()));
      case Subtract -> {
        if (inputs.size() != 2) {
          throw new RefusedException("it subtracts several");
        }
        yield graph.both("Sub", first, inputs.get(1));
      }
    };
  }

  private static Tensor chain(String operator, List<Tensor> inputs, GraphWriter graph) {
    Tensor out = inputs.get(0);
    for (Tensor next : inputs.subList(1, inputs.size())) {
      out = graph.both(operator, out, next);
    }
    return out;
  }

  private static Tensor merge(MergeVertex vertex, List<Tensor> inputs, GraphWriter graph) {
    Options.check(vertex, "mergeAxis", "modified");
    Tensor first = inputs.get(0);
    if (inputs.size() == 1) {
      return first;
    }
    int axis = vertex.getMergeAxis();
    long sum = 0;
    for (Tensor input : inputs) {
      sum += input.size(axis);
      if (input.perRow() != first.perRow()
          || !input.resized("", axis, 0).shape().equals(first.resized("", axis, 0).shape())) {
        throw new RefusedException("its inputs do not fit side by side");
      }
    }
    List<String> names = new ArrayList<>(inputs.stream().map(Tensor::name).toList());
    return first.resized(graph.node("Concat", names, GraphWriter.integer("axis", axis)), axis, sum);
  }

  /** Each row is divided by its length, but by no less than epsilon. */
  private static Tensor normalize(L2NormalizeVertex vertex, Tensor in, GraphWriter graph) {
    Options.check(vertex, "eps");
    long[] axes = IntStream.range(1, in.rank()).asLongStream().toArray();
    String length =
        graph.node(
            "ReduceL2",
            List.of(in.name()),
            GraphWriter.ints("axes", axes),
            GraphWriter.integer("keepdims", 1));
    String divisor = graph.node("Max", List.of(length, graph.number(vertex.getEps())));
    return graph.with("Div", in, divisor);
  }
}
