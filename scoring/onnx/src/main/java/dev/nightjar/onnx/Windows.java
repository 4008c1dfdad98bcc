package dev.nightjar.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The shapes that convolutions and poolings make, which slide a window over their input. */
final class Windows {
  private final NodeReader.Node node;
  private final List<Double> in;
  private final List<Double> weights;
  private final List<Double> kernel;
  private final List<Double> pads;

  private Windows(NodeReader.Node node, List<Double> in, List<Double> weights) {
    this.node = node;
    this.in = in;
    this.weights = weights;
    this.kernel =
        weights.size() > 2 ? weights.subList(2, weights.size()) : attribute("kernel_shape");
    this.pads = attribute("pads");
  }

  /**
   * The windows of a node.
   *
   * @param in the shape of its input
   * @param second the shape of its second input, which are the weights of a convolution
   */
  static Windows of(NodeReader.Node node, List<Double> in, Optional<List<Double>> second) {
    boolean convolves = node.operator().startsWith("Conv");
    return new Windows(node, in, convolves ? second.orElse(List.of()) : List.of());
  }

  /** The shape of its output; empty where its window is not known. */
  Optional<List<Double>> shape() {
    boolean convolves = node.operator().startsWith("Conv");
    boolean grows = node.operator().equals("ConvTranspose");
    int spatial = in.size() - 2;
    if (spatial < 1 || kernel.size() != spatial || (convolves && weights.size() != in.size())) {
      return Optional.empty();
    }
    List<Double> shape = new ArrayList<>();
    shape.add(in.get(0));
    if (grows) {
      shape.add(weights.get(1) * node.number("group", 1));
    } else {
      shape.add(convolves ? weights.get(0) : in.get(1));
    }
    for (int i = 0; i < spatial; i++) {
      shape.add(grows ? grown(i) : slid(i));
    }
    return Optional.of(shape);
  }

  private List<Double> attribute(String name) {
    return node.numbers().getOrDefault(name, List.of()).stream().map(Long::doubleValue).toList();
  }

  private double at(String name, int place, double otherwise) {
    List<Double> given = attribute(name);
    return place < given.size() ? given.get(place) : otherwise;
  }

  private double width(int place) {
    return at("dilations", place, 1) * (kernel.get(place) - 1) + 1;
  }

  private double padding(int place) {
    return pads.size() == 2 * kernel.size() ? pads.get(place) + pads.get(kernel.size() + place) : 0;
  }

  private double slid(int place) {
    double size = in.get(place + 2);
    double stride = at("strides", place, 1);
    if (node.padding().startsWith("SAME")) {
      return Math.ceil(size / stride);
    }
    double slides = (size + padding(place) - width(place)) / stride;
    return Math.max(0, node.number("ceil_mode", 0) == 0 ? Math.floor(slides) : Math.ceil(slides))
        + 1;
  }

  private double grown(int place) {
    double size = in.get(place + 2);
    double stride = at("strides", place, 1);
    double declared = at("output_shape", place, Double.NaN);
    return Double.isNaN(declared)
        ? (size - 1) * stride + width(place) + at("output_padding", place, 0) - padding(place)
        : declared;
  }
}
