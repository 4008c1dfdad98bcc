package dev.nightjar.onnx;

import dev.nightjar.config.Suggestion;
import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * How rows of columns go into a model, and which of its outputs comes back as rows of units. A
 * model says the shape of its input and a contract how columns are put together; where the two
 * leave nothing open, rows can be scored.
 *
 * @param input its name
 * @param numbers of which the input is made
 * @param shape of one row, without the dimension of rows
 * @param lines where a row's columns stand in another order than the model's array: how many lines
 *     of the columns are to be transposed; else 0
 * @param oneByOne whether the model takes exactly one row at a time
 * @param output the name of the one that is scored
 * @param kept which of its numbers are units
 * @param stepsLast where the last step is kept: whether steps are the last dimension
 * @param bytesOfRow how much a row takes inside the model; 0 when that is not known
 */
record RowModel(
    String input,
    Numbers numbers,
    List<Long> shape,
    int lines,
    boolean oneByOne,
    String output,
    Layout.Output kept,
    boolean stepsLast,
    long bytesOfRow) {
  private static final String REMEDY =
      "export it with one input [N, …] of numbers, N left open, and name the output that is scored";

  /** The types of numbers that a model may take. */
  enum Numbers {
    FLOAT(1),
    INT32(6),
    INT64(7),
    DOUBLE(11);

    private final int code;

    Numbers(int code) {
      this.code = code;
    }

    private static Optional<Numbers> of(long code) {
      return java.util.Arrays.stream(values()).filter(one -> one.code == code).findFirst();
    }
  }

  /** How many columns a row has. */
  int columns() {
    return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
  }

  /**
   * How the rows of a contract go through a model.
   *
   * @param columns how many the contract's transform gives
   * @param output the name of the output that is scored; empty for the only one
   * @throws dev.nightjar.bundle.BundleException when they do not, or something is left open
   */
  static RowModel of(
      Problems problems,
      ModelReader.Signature signature,
      Layout layout,
      int columns,
      Optional<String> output) {
    return new Fitting(problems, layout.input(), columns, signature.bytesOfRow())
        .fit(only(problems, signature), scored(problems, signature, output), layout.output());
  }

  private static ModelReader.ArrayType only(Problems problems, ModelReader.Signature signature) {
    if (signature.inputs().size() != 1) {
      throw problems.refused(
          String.format(
              "it has %d inputs %s, and a row is one",
              signature.inputs().size(), names(signature.inputs())),
          REMEDY);
    }
    return signature.inputs().get(0);
  }

  private static ModelReader.ArrayType scored(
      Problems problems, ModelReader.Signature signature, Optional<String> name) {
    List<ModelReader.ArrayType> outputs = signature.outputs();
    if (name.isEmpty() && outputs.size() != 1) {
      throw problems.refused(
          String.format("it has %d outputs %s", outputs.size(), names(outputs)),
          "say which of them is scored: --model-output NAME, or Bundles…modelOutput(NAME)");
    }
    ModelReader.ArrayType output =
        outputs.stream()
            .filter(one -> name.isEmpty() || one.name().equals(name.get()))
            .findFirst()
            .orElseThrow(
                () ->
                    problems.refused(
                        String.format(
                            "it has no output '%s'%s",
                            name.orElseThrow(),
                            Suggestion.text(name.orElseThrow(), names(outputs))),
                        "it has " + names(outputs)));
    if (output.type() != Numbers.FLOAT.code && output.type() != Numbers.DOUBLE.code) {
      throw problems.refused(
          String.format("its output '%s' is no array of floats or doubles", output.name()),
          "name the output that holds the network's numbers");
    }
    return output;
  }

  private static List<String> names(List<ModelReader.ArrayType> arrays) {
    return arrays.stream().map(ModelReader.ArrayType::name).toList();
  }

  /**
   * The arrays that a layout can make of a row's columns, held against the one that is asked for.
   */
  private record Fitting(Problems problems, InputLayout layout, int columns, long bytesOfRow) {

    /** An array that columns can become. */
    private record Way(List<Long> shape, int lines, boolean channelsFirst) {}

    RowModel fit(ModelReader.ArrayType input, ModelReader.ArrayType output, Layout.Output kept) {
      Numbers numbers =
          Numbers.of(input.type())
              .orElseThrow(
                  () ->
                      problems.refused(
                          String.format(
                              "its input '%s' is no array of floats, doubles or whole numbers",
                              input.name()),
                          REMEDY));
      List<OptionalLong> asked =
          input
              .shape()
              .filter(sizes -> !sizes.isEmpty())
              .orElseThrow(
                  () ->
                      problems.refused(
                          "its input '" + input.name() + "' has no declared dimensions", REMEDY));
      if (layout.columns() != 0 && layout.columns() != columns) {
        throw problems.refused(
            String.format(
                "the contract's layout '%s' has %d columns and the transform gives %d",
                layout.words(), layout.columns(), columns),
            "use a layout and a transform of one training");
      }
      long rows = asked.get(0).orElse(-1);
      if (rows > 1 || rows == 0) {
        throw problems.refused(
            String.format(
                "its input '%s' is %s, so its first dimension is no number of rows: it is fixed at"
                    + " %d",
                input.name(), words(asked), rows),
            REMEDY);
      }
      Way way =
          ways().stream()
              .filter(one -> fits(one.shape(), asked.subList(1, asked.size())))
              .findFirst()
              .orElseThrow(() -> misfit(input.name(), asked));
      if (kept == Layout.Output.LAST_STEP && !(layout instanceof Sequence)) {
        throw problems.refused(
            "the contract's layout declares 'output: last-step' for " + layout.words(),
            "only sequences have steps: write 'kind: sequence', or another output");
      }
      return new RowModel(
          input.name(),
          numbers,
          way.shape(),
          way.lines(),
          rows == 1,
          output.name(),
          kept,
          way.channelsFirst(),
          bytesOfRow);
    }

    private static boolean fits(List<Long> shape, List<OptionalLong> asked) {
      if (shape.size() != asked.size()) {
        return false;
      }
      for (int i = 0; i < shape.size(); i++) {
        long size = asked.get(i).orElse(-1);
        if (size > 0 && size != shape.get(i)) {
          return false;
        }
      }
      return true;
    }

    /** The order in which the columns stand comes first: it is taken where the sizes fit both. */
    private List<Way> ways() {
      if (layout instanceof Image image) {
        long height = image.height();
        long width = image.width();
        long channels = image.channels();
        return ways(
            List.of(channels, height, width),
            List.of(height, width, channels),
            image.channels(),
            image.height() * image.width(),
            image.order() == Image.PixelOrder.CHANNELS_FIRST);
      }
      if (layout instanceof Sequence sequence) {
        long steps = sequence.steps();
        long features = sequence.features();
        return ways(
            List.of(features, steps),
            List.of(steps, features),
            sequence.features(),
            sequence.steps(),
            sequence.order() == Sequence.StepOrder.FEATURES_FIRST);
      }
      return List.of(new Way(List.of((long) columns), 0, false));
    }

    private static List<Way> ways(
        List<Long> first, List<Long> last, int channels, int positions, boolean columnsFirst) {
      return columnsFirst
          ? List.of(new Way(first, 0, true), new Way(last, channels, false))
          : List.of(new Way(last, 0, false), new Way(first, positions, true));
    }

    private RuntimeException misfit(String name, List<OptionalLong> asked) {
      return problems.refused(
          String.format(
              "its input '%s' is %s, and the contract declares %s of %d columns",
              name, words(asked), layout.words(), columns),
          switch (asked.size()) {
            case 2 -> "use a transform that gives the model's columns, and no layout";
            case 3 -> "write 'layout: {kind: sequence, steps: …, features: …}' of its sizes";
            case 4 ->
                "write 'layout: {kind: image, channels: …, height: …, width: …}' of its sizes";
            default -> "only models of rows, sequences and images are scored";
          });
    }

    private static String words(List<OptionalLong> shape) {
      List<String> words = new ArrayList<>();
      for (OptionalLong size : shape) {
        words.add(size.isPresent() && size.getAsLong() > 0 ? size.getAsLong() + "" : "?");
      }
      return words.stream().collect(Collectors.joining(", ", "[", "]"));
    }
  }
}
