package dev.nightjar.onnx;

import java.util.Set;

/**
 * What a model may compute with: ONNX' own operators that turn numbers into numbers and that
 * Nightjar's converter or the usual exporters of scikit-learn, PyTorch and TensorFlow write for
 * networks. Not among them: what loops or branches ({@code Loop}, {@code Scan}, {@code If}) and so
 * holds graphs inside graphs, what draws at random, what works on texts, sequences and optional
 * values, and all of other domains.
 */
final class Operators {

  /** Those that Nightjar's own converter writes. */
  static final Set<String> OF_THE_CONVERTER =
      Set.of(
          "Abs",
          "Add",
          "AveragePool",
          "Cast",
          "Clip",
          "Concat",
          "Conv",
          "Div",
          "Elu",
          "Gather",
          "Gemm",
          "HardSigmoid",
          "Identity",
          "LSTM",
          "LeakyRelu",
          "Less",
          "LpPool",
          "Max",
          "MaxPool",
          "Min",
          "Mul",
          "Neg",
          "PRelu",
          "Pad",
          "Pow",
          "RNN",
          "Reciprocal",
          "ReduceL2",
          "ReduceMax",
          "ReduceMean",
          "ReduceSum",
          "Relu",
          "Reshape",
          "Selu",
          "Sigmoid",
          "Sign",
          "Slice",
          "Softmax",
          "Softplus",
          "Softsign",
          "Squeeze",
          "Sub",
          "Tanh",
          "ThresholdedRelu",
          "Transpose",
          "Where");

  /** Those that only foreign models need. */
  static final Set<String> OF_OTHERS =
      Set.of(
          "Acos",
          "And",
          "ArgMax",
          "ArgMin",
          "Asin",
          "Atan",
          "BatchNormalization",
          "CastLike",
          "Ceil",
          "Celu",
          "Constant",
          "ConstantOfShape",
          "ConvTranspose",
          "Cos",
          "Cosh",
          "DepthToSpace",
          "Dropout",
          "Equal",
          "Erf",
          "Exp",
          "Expand",
          "Flatten",
          "Floor",
          "GRU",
          "Gelu",
          "GlobalAveragePool",
          "GlobalLpPool",
          "GlobalMaxPool",
          "Greater",
          "GreaterOrEqual",
          "GroupNormalization",
          "HardSwish",
          "Hardmax",
          "InstanceNormalization",
          "IsInf",
          "IsNaN",
          "LRN",
          "LayerNormalization",
          "LessOrEqual",
          "Log",
          "LogSoftmax",
          "LpNormalization",
          "MatMul",
          "Mean",
          "Mish",
          "Mod",
          "Not",
          "OneHot",
          "Or",
          "RMSNormalization",
          "ReduceL1",
          "ReduceLogSum",
          "ReduceLogSumExp",
          "ReduceMin",
          "ReduceProd",
          "ReduceSumSquare",
          "Resize",
          "Round",
          "Shape",
          "Shrink",
          "Sin",
          "Sinh",
          "SpaceToDepth",
          "Split",
          "Sqrt",
          "Sum",
          "Swish",
          "Tan",
          "Tile",
          "Unsqueeze",
          "Xor");

  private Operators() {}

  static boolean contains(String operator) {
    return OF_THE_CONVERTER.contains(operator) || OF_OTHERS.contains(operator);
  }
}
