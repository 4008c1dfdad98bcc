package dev.nightjar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.OutputField.Kind;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/** The law of the outputs: made by columns they are what they are row by row. */
class PostStepProperties {
  private static final float[] NUMBERS = {
    0, -0f, 0.25f, 0.5f, 1, 1.0001f, -0.1f, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE
  };
  private static final List<String> CLASSES = List.of("a", "b", "c", "d");

  private static final Set<String> verdicts = new HashSet<>();

  @Property(tries = 1_000)
  void by_columns_is_row_by_row(@ForAll long seed) {
    Random random = new Random(seed);
    int units = 1 + random.nextInt(CLASSES.size());
    List<OutputField> outputs = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      outputs.add(output("y" + i, random, units));
    }
    int rows = random.nextInt(40);
    float[][] activations = new float[rows][units];
    RowFates fates = new RowFates(rows);
    NaiveContract.Fate[] naive = new NaiveContract.Fate[rows];
    boolean sound = random.nextBoolean();
    for (int row = 0; row < rows; row++) {
      naive[row] = new NaiveContract.Fate();
      for (int unit = 0; unit < units; unit++) {
        activations[row][unit] = NUMBERS[random.nextInt(sound ? 5 : NUMBERS.length)];
      }
      if (random.nextInt(6) == 0) {
        fates.filter(row);
        naive[row].filtered = true;
      }
    }
    Contract contract = new Contract(List.of(InputField.required("x", DataType.DOUBLE)), outputs);
    ColumnBatch made =
        new PostStep(contract).apply(placed(activations, units, naive, random), fates);
    assertThat(made.schema()).isEqualTo(contract.outputSchema());
    for (int row = 0; row < rows; row++) {
      List<Object> expected = row(outputs, activations[row], naive[row]);
      List<Object> found = new ArrayList<>();
      for (int column = 0; column < made.schema().size(); column++) {
        found.add(made.column(column).get(row));
      }
      assertThat(fates.rejection(row)).isEqualTo(naive[row].rejection);
      assertThat(fates.isAlive(row)).isEqualTo(naive[row].isAlive());
      assertThat(found).isEqualTo(expected);
      fates.rejection(row).ifPresent(r -> verdicts.add(r.stage() + " " + r.field()));
    }
  }

  private static OutputField output(String name, Random random, int units) {
    int unit = random.nextInt(units);
    return switch (random.nextInt(4)) {
      case 0 -> OutputField.ofClass(name, CLASSES.subList(0, units));
      case 1 -> OutputField.value(name, unit);
      case 2 ->
          new OutputField(
              name, DataType.DOUBLE, Kind.PROBABILITY, unit, Optional.empty(), List.of());
      default -> OutputField.probability(name, unit, 0.25 * random.nextInt(5));
    };
  }

  /** The rows that reached the network, in another order and among others. */
  private static Activations placed(
      float[][] rows, int units, NaiveContract.Fate[] fates, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int row = 0; row < rows.length; row++) {
      order.add(row);
    }
    Collections.shuffle(order, random);
    float[] values = new float[rows.length * units];
    int[] places = new int[rows.length + random.nextInt(3)];
    Arrays.fill(places, -1);
    for (int place = 0; place < rows.length; place++) {
      int row = order.get(place);
      if (fates[row].isAlive()) {
        places[row] = place;
        System.arraycopy(rows[row], 0, values, place * units, units);
      }
    }
    return new Activations(values, units, places);
  }

  private static List<Object> row(
      List<OutputField> outputs, float[] units, NaiveContract.Fate fate) {
    for (float unit : units) {
      if (Float.isNaN(unit) || Float.isInfinite(unit)) {
        fate.reject(Stage.MODEL, outputs.get(0).name(), "the network's output is not finite");
      }
    }
    for (OutputField output : outputs) {
      float value = units[output.unit()];
      if (output.of() == Kind.PROBABILITY && (value < 0 || value > 1)) {
        fate.reject(Stage.POST, output.name(), value + " is not a probability");
      }
    }
    List<Object> row = new ArrayList<>();
    for (OutputField output : outputs) {
      float value = units[output.unit()];
      Object made = output.type() == DataType.FLOAT ? (Object) value : (Object) (double) value;
      row.add(output.of() == Kind.CLASS ? strongest(output, units) : made);
      output.threshold().ifPresent(threshold -> row.add(value >= threshold));
    }
    if (!fate.isAlive()) {
      Collections.fill(row, null);
    }
    return row;
  }

  private static String strongest(OutputField output, float[] units) {
    for (int unit = 0; unit < units.length; unit++) {
      boolean beaten = false;
      for (float other : units) {
        beaten |= other > units[unit];
      }
      if (!beaten) {
        return output.classes().get(unit);
      }
    }
    return "";
  }

  @AfterContainer
  static void every_verdict_was_seen() {
    assertThat(verdicts).containsExactlyInAnyOrder("MODEL y0", "POST y0", "POST y1", "POST y2");
  }
}
