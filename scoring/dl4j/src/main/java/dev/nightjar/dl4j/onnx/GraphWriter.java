package dev.nightjar.dl4j.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Writes a graph node by node. Names are counted, so the same calls give the same bytes. Not
 * thread-safe.
 */
final class GraphWriter {
  static final String INPUT = "rows";
  static final String OUTPUT = "units";

  /** The newest whose operators all of ours are, in versions that every current runtime has. */
  private static final int OPSET = 17;

  private static final int IR_VERSION = 8;

  /** A bundle's file may have no more, and protobuf ends at the double of it. */
  private static final long MOST_BYTES = 1L << 30;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
  private int values;
  private int constants;
  private long bytes;

  /** Adds a node of one output and gives its name. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String output = "v" + values++;
    add(operator, inputs, output, attributes);
    return output;
  }

  private void add(
      String operator, List<String> inputs, String output, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(operator + "_" + output)
            .setOpType(operator)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(Arrays.asList(attributes)));
  }

  /** An operator that changes each number by itself. */
  Tensor each(String operator, Tensor in, AttributeProto... attributes) {
    return in.named(node(operator, List.of(in.name()), attributes));
  }

  /** An operator on an array and a constant that is stretched to the array's shape. */
  Tensor with(String operator, Tensor in, String constant) {
    return in.named(node(operator, List.of(in.name(), constant)));
  }

  /** An operator on two arrays of one shape. */
  Tensor both(String operator, Tensor first, Tensor second) {
    return first.named(node(operator, List.of(first.name(), second.name())));
  }

  /** Exchanges dimensions; {@code order} has the leading one, which may move too. */
  String transpose(String in, long... order) {
    return node("Transpose", List.of(in), ints("perm", order));
  }

  /** Exchanges dimensions behind the leading one. */
  Tensor turned(Tensor in, int... order) {
    Long[] sizes = Arrays.stream(order).skip(1).mapToObj(in::size).toArray(Long[]::new);
    return in.shaped(transpose(in.name(), Arrays.stream(order).asLongStream().toArray()), sizes);
  }

  /** The same numbers in another shape. */
  Tensor reshaped(Tensor in, Long... sizes) {
    Tensor out = in.shaped(reshape(in.name(), Arrays.asList(sizes)), sizes);
    if (out.length() != in.length()) {
      throw new RefusedException("it shapes " + in.shape() + " numbers of a row to " + out.shape());
    }
    return out;
  }

  /** The numbers with another number of them for each index of the leading dimension. */
  String reshape(String in, List<Long> sizes) {
    long[] shape = LongStream.concat(LongStream.of(-1), sizes.stream().mapToLong(l -> l)).toArray();
    return node("Reshape", List.of(in, integers(shape)));
  }

  /** The numbers of each row side by side. */
  Tensor flat(Tensor in) {
    return in.rank() == 2 ? in : reshaped(in, in.length());
  }

  /** A range of one dimension. */
  Tensor slice(Tensor in, int axis, long from, long to) {
    if (from < 0 || to > in.size(axis) || from >= to) {
      throw new RefusedException(
          String.format("it takes %d to %d of %d numbers", from, to, in.size(axis)));
    }
    String out = node("Slice", List.of(in.name(), integers(from), integers(to), integers(axis)));
    return in.resized(out, axis, to - from);
  }

  /** The numbers of several matrices, row by row. */
  Tensor sideBySide(List<Tensor> matrices) {
    Tensor first = matrices.get(0);
    if (matrices.size() == 1) {
      return first;
    }
    long width = matrices.stream().mapToLong(one -> one.size(1)).sum();
    String all = node("Concat", matrices.stream().map(Tensor::name).toList(), integer("axis", 1));
    return first.resized(all, 1, width);
  }

  /** A constant of floats. */
  String floats(float[] numbers, long... shape) {
    ByteBuffer raw =
        ByteBuffer.allocate(Math.multiplyExact(numbers.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        throw new RefusedException("it has parameters that are not finite as floats");
      }
      raw.putFloat(number);
    }
    return constant(TensorProto.DataType.FLOAT, raw, shape);
  }

  /** A constant of the numbers of an array, the last index running fastest. */
  String floats(INDArray numbers, long... shape) {
    return floats(numbers(numbers), shape);
  }

  /** A single float that stretches to any shape. */
  String number(double number) {
    return floats(new float[] {(float) number});
  }

  /** A constant vector of whole numbers. */
  String integers(long... numbers) {
    return integersOf(numbers, numbers.length);
  }

  /** A single whole number. */
  String integer(long number) {
    return integersOf(new long[] {number});
  }

  private String integersOf(long[] numbers, long... shape) {
    ByteBuffer raw =
        ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(numbers).forEach(raw::putLong);
    return constant(TensorProto.DataType.INT64, raw, shape);
  }

  private String constant(TensorProto.DataType type, ByteBuffer raw, long... shape) {
    bytes += raw.capacity();
    if (bytes > MOST_BYTES) {
      throw new RefusedException(
          "with it the network has more than " + MOST_BYTES + " bytes of parameters");
    }
    String name = "c" + constants++;
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(raw.flip()));
    Arrays.stream(shape).forEach(tensor::addDims);
    graph.addInitializer(tensor);
    return name;
  }

  /** The numbers of an array of any type and order, the last index running fastest. */
  static float[] numbers(INDArray array) {
    INDArray floats = array.castTo(DataType.FLOAT);
    try (INDArray copy = floats.dup('c')) {
      return copy.data().asFloat();
    } finally {
      if (floats != array) {
        floats.close(); // ND4J's memory is invisible to the collector
      }
    }
  }

  static AttributeProto ints(String name, long... numbers) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(numbers).forEach(attribute::addInts);
    return attribute.build();
  }

  static AttributeProto integer(String name, long number) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(number)
        .build();
  }

  static AttributeProto number(String name, double number) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) number)
        .build();
  }

  static AttributeProto text(String name, String text) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(text))
        .build();
  }

  static AttributeProto texts(String name, List<String> texts) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRINGS);
    texts.forEach(text -> attribute.addStrings(ByteString.copyFromUtf8(text)));
    return attribute.build();
  }

  static AttributeProto numbers(String name, List<Double> numbers) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOATS);
    numbers.forEach(number -> attribute.addFloats(number.floatValue()));
    return attribute.build();
  }

  /** Ends the graph with its output and gives the model. */
  byte[] model(long columns, Tensor units) {
    add("Identity", List.of(units.name()), OUTPUT);
    graph.addInput(matrix(INPUT, columns)).addOutput(matrix(OUTPUT, units.size(1)));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("nightjar")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static ValueInfoProto matrix(String name, long width) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(
                            TensorShapeProto.newBuilder()
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
                                .addDim(
                                    TensorShapeProto.Dimension.newBuilder().setDimValue(width)))))
        .build();
  }
}
