package dev.nightjar.contract;

import dev.nightjar.config.Section;
import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Rows;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.InputLayout.Several;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Layouts as YAML: the key {@code layout} of a contract. */
final class Layouts {
  private static final List<String> SIZES_OF_IMAGES = List.of("channels", "height", "width");
  private static final List<String> SIZES_OF_SEQUENCES = List.of("steps", "features");

  private static final String INPUTS = "inputs";
  private static final String OUTPUTS = "outputs";

  /** More columns than this no row has. */
  private static final long MOST_COLUMNS = 1L << 24;

  private enum Kind {
    ROWS,
    IMAGE,
    SEQUENCE
  }

  private Layouts() {}

  /** The layout that a contract's section declares; rows when it says nothing. */
  static Layout read(Section contract) {
    return contract.optionalSection("layout").map(Layouts::readLayout).orElse(Layout.ROWS);
  }

  private static Layout readLayout(Section section) {
    InputLayout input =
        section.has(INPUTS)
            ? readSeveral(section)
            : switch (section.choice("kind", Kind.class, Kind.ROWS)) {
              case ROWS -> new Rows();
              case IMAGE -> readImage(section);
              case SEQUENCE -> readSequence(section);
            };
    Layout.Output output = section.choice("output", Layout.Output.class, Layout.Output.UNITS);
    List<NetworkOutput> outputs =
        List.copyOf(
            section
                .sections(OUTPUTS, (name, one) -> readNetworkOutput(name, one, output))
                .values());
    section.refuseUnknownKeys();
    return new Layout(input, output, outputs);
  }

  private static NetworkOutput readNetworkOutput(
      String name, Section section, Layout.Output otherwise) {
    Layout.Output kept = section.choice("output", Layout.Output.class, otherwise);
    int units = (int) section.whole("units", 0, 1, MOST_COLUMNS);
    section.refuseUnknownKeys();
    return new NetworkOutput(name, kept, units);
  }

  private static InputLayout readSeveral(Section section) {
    if (section.has("kind")) {
      section.problem("kind", "stands inside each of the 'inputs', where there are some");
      section.choice("kind", Kind.class, Kind.ROWS);
    }
    List<Several.Named> inputs = new ArrayList<>();
    Map<String, InputLayout> read = section.sections(INPUTS, (name, one) -> readInput(one));
    if (read.isEmpty()) {
      section.problem(INPUTS, "each input of the network stands here: write {name: {columns: 5}}");
    }
    read.forEach(
        (name, layout) -> {
          if (layout.columns() > 0) {
            inputs.add(new Several.Named(name, layout));
          }
        });
    if (inputs.isEmpty()) {
      return Layout.ROWS.input();
    }
    Several several = new Several(inputs);
    if (several.columns() > MOST_COLUMNS) {
      section.problem(INPUTS, "ask for more than " + MOST_COLUMNS + " columns, which no row has");
    }
    return several;
  }

  /** Rows without columns where a mistake was reported. */
  private static InputLayout readInput(Section section) {
    InputLayout layout =
        switch (section.choice("kind", Kind.class, Kind.ROWS)) {
          case ROWS -> readRows(section);
          case IMAGE -> readImage(section);
          case SEQUENCE -> readSequence(section);
        };
    section.refuseUnknownKeys();
    return layout;
  }

  private static InputLayout readRows(Section section) {
    if (!section.has("columns")) {
      section.problem(
          "columns", "is needed: how many of the transform's columns this input takes, in order");
    }
    return new Rows((int) section.whole("columns", 0, 1, MOST_COLUMNS));
  }

  private static InputLayout readImage(Section section) {
    Image.PixelOrder order =
        section.choice("order", Image.PixelOrder.class, Image.PixelOrder.CHANNELS_FIRST);
    return sizes(section, SIZES_OF_IMAGES)
        .<InputLayout>map(sizes -> new Image(sizes[0], sizes[1], sizes[2], order))
        .orElse(Layout.ROWS.input());
  }

  private static InputLayout readSequence(Section section) {
    Sequence.StepOrder order =
        section.choice("order", Sequence.StepOrder.class, Sequence.StepOrder.STEPS_FIRST);
    return sizes(section, SIZES_OF_SEQUENCES)
        .<InputLayout>map(sizes -> new Sequence(sizes[0], sizes[1], order))
        .orElse(Layout.ROWS.input());
  }

  /** The sizes in the order of their keys; empty after a mistake was reported. */
  private static Optional<int[]> sizes(Section section, List<String> keys) {
    int[] sizes = new int[keys.size()];
    boolean sound = true;
    long columns = 1;
    for (int i = 0; i < sizes.length; i++) {
      if (!section.has(keys.get(i))) {
        section.problem(keys.get(i), "is needed beside its kin: " + String.join(", ", keys));
        sound = false;
      }
      sizes[i] = (int) section.whole(keys.get(i), 1, 1, MOST_COLUMNS);
      columns = Math.min(columns * sizes[i], MOST_COLUMNS + 1);
    }
    if (columns > MOST_COLUMNS) {
      section.problem("asks for more than " + MOST_COLUMNS + " columns, which no row has");
      sound = false;
    }
    return sound ? Optional.of(sizes) : Optional.empty();
  }

  /** The layout as nested maps that YAML writes and {@link #read} reads. */
  static Map<String, Object> toYaml(Layout layout) {
    Map<String, Object> yaml = new LinkedHashMap<>();
    if (layout.input() instanceof Several several) {
      Map<String, Object> inputs = new LinkedHashMap<>();
      several.inputs().forEach(one -> inputs.put(one.name(), toYaml(one.layout())));
      yaml.put(INPUTS, inputs);
    } else {
      yaml.putAll(toYaml(layout.input()));
    }
    yaml.put("output", Section.word(layout.output()));
    if (!layout.outputs().isEmpty()) {
      Map<String, Object> outputs = new LinkedHashMap<>();
      layout.outputs().forEach(one -> outputs.put(one.name(), toYaml(one)));
      yaml.put(OUTPUTS, outputs);
    }
    return yaml;
  }

  private static Map<String, Object> toYaml(NetworkOutput output) {
    Map<String, Object> yaml = new LinkedHashMap<>();
    yaml.put("output", Section.word(output.kept()));
    if (output.units() > 0) {
      yaml.put("units", output.units());
    }
    return yaml;
  }

  private static Map<String, Object> toYaml(InputLayout layout) {
    Map<String, Object> yaml = new LinkedHashMap<>();
    if (layout instanceof Image image) {
      yaml.put("kind", Section.word(Kind.IMAGE));
      yaml.put("channels", image.channels());
      yaml.put("height", image.height());
      yaml.put("width", image.width());
      yaml.put("order", Section.word(image.order()));
    } else if (layout instanceof Sequence sequence) {
      yaml.put("kind", Section.word(Kind.SEQUENCE));
      yaml.put("steps", sequence.steps());
      yaml.put("features", sequence.features());
      yaml.put("order", Section.word(sequence.order()));
    } else {
      yaml.put("kind", Section.word(Kind.ROWS));
      if (layout.columns() > 0) {
        yaml.put("columns", layout.columns());
      }
    }
    return yaml;
  }
}
