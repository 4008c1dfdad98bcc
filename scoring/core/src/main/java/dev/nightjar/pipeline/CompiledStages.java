package dev.nightjar.pipeline;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Schema;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.Engine;
import dev.nightjar.engine.EngineNetwork;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.Reference;
import dev.nightjar.transform.CompiledTransform;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.PipelineFormat;
import dev.nightjar.transform.Program;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * The stages that packaging compiled, and the network on its engine: columns all the way to one
 * matrix of the living rows. A row that is stopped leaves the matrix, so the others are computed as
 * if it had not been there.
 */
final class CompiledStages implements Stages {
  private static final double[] NO_DOUBLES = {};
  private static final float[] NO_FLOATS = {};

  private final Pipeline pipeline;
  private final CompiledTransform transform;
  private final EngineNetwork network;
  private final List<String> columns;
  private final long bytesOfRow;
  private final int atOnce;
  private float[] matrix = {};
  private int[] alive = {};
  private int[] places = {};

  /** The places in the matrix whose rows the network has thrown at. */
  private final BitSet refused = new BitSet();

  private Activations last = Activations.none(0);

  private CompiledStages(Pipeline pipeline, CompiledTransform transform, EngineNetwork network) {
    this.pipeline = pipeline;
    this.transform = transform;
    this.network = network;
    this.columns = transform.outputs();
    this.bytesOfRow = MemoryNeed.COPIES_OF_ACTIVATIONS * pipeline.activations();
    this.atOnce = Math.min(network.rowsAtOnce(), NativeMemory.rowsAtOnce(bytesOfRow));
  }

  /** Whether a bundle has stages that were compiled. */
  static boolean areIn(Bundle bundle) {
    return bundle.files().find(BundleFiles.PIPELINE).isPresent();
  }

  /**
   * Makes the compiled stages of a bundle, for one thread after the other. What all of them share
   * is read here and once.
   *
   * @param engineName of the engine that runs the network
   * @throws BundleException when they cannot be read, or do not fit the contract; and from the
   *     supplier, when they do not fit the network
   */
  static Supplier<Stages> of(Bundle bundle, String engineName, Device device) {
    String origin = bundle.files().place(BundleFiles.PIPELINE);
    Pipeline pipeline = PipelineFormat.read(origin, bundle.files().get(BundleFiles.PIPELINE));
    checkColumns(origin, bundle, pipeline.transform());
    Engine engine = Engines.engine(engineName);
    return () -> load(bundle, pipeline, engine, device);
  }

  private static CompiledStages load(
      Bundle bundle, Pipeline pipeline, Engine engine, Device device) {
    CompiledTransform transform = transform(bundle, pipeline.transform());
    EngineNetwork network = engine.load(bundle, device);
    try {
      checkUnits(bundle, network);
      return new CompiledStages(pipeline, transform, network);
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  private static CompiledTransform transform(Bundle bundle, Program program) {
    if (program.byReference().isEmpty()) {
      return new CompiledTransform(program);
    }
    try {
      return new CompiledTransform(program, Engines.reference(Reference.TRAINING).steps(bundle));
    } catch (IllegalArgumentException e) {
      throw new BundleException(
          String.format(
              "%s does not fit %s: %s; package the model again",
              bundle.files().place(BundleFiles.PIPELINE), BundleFiles.TRANSFORM, e.getMessage()),
          e);
    }
  }

  private static void checkColumns(String origin, Bundle bundle, Program program) {
    Schema contract = bundle.manifest().contract().inputSchema();
    for (Program.Input input : program.inputs()) {
      if (contract.find(input.name()).isEmpty()
          || contract.field(contract.position(input.name())).type() != input.type()) {
        throw new BundleException(
            String.format(
                "%s takes '%s' as a %s, which is no input of the contract; package the model again",
                origin, input.name(), input.type().word()));
      }
    }
    List<String> made = program.outputs().stream().map(Program.Output::name).toList();
    if (!made.equals(bundle.manifest().transformed())) {
      throw new BundleException(
          origin + " gives other columns than its bundle says; package the model again");
    }
  }

  private static void checkUnits(Bundle bundle, EngineNetwork network) {
    int columns = bundle.manifest().transformed().size();
    if (network.columns() != columns) {
      throw new BundleException(
          String.format(
              "the network of the bundle %s takes %d columns and its transform gives %d; package"
                  + " the model again",
              bundle.files().origin(), network.columns(), columns));
    }
    for (OutputField output : bundle.manifest().contract().outputs()) {
      if (!bundle.manifest().contract().fits(output, network.units())) {
        throw new BundleException(
            String.format(
                "the output '%s' of the bundle %s is none of the %d units of its network; package"
                    + " the model again",
                output.name(), bundle.files().origin(), network.units()));
      }
    }
  }

  @Override
  public Activations run(ColumnBatch rows, RowFates fates) {
    makeRoom(rows.rows());
    transform.run(rows, fates);
    int count = 0;
    for (int row = 0; row < rows.rows(); row++) {
      if (fates.isAlive(row)) {
        alive[count++] = row;
      }
    }
    transform.write(alive, count, matrix, pipeline.normalize());
    int left = dropImpossible(count, fates);
    Arrays.fill(places, 0, rows.rows(), -1);
    for (int i = 0; i < left; i++) {
      places[alive[i]] = i;
    }
    refused.clear();
    float[] activations = new float[length(left, network.units())];
    for (int from = 0; from < left; from += Math.min(left - from, atOnce)) {
      activate(from, from + Math.min(left - from, atOnce), activations, fates);
    }
    last = new Activations(activations, network.units(), places);
    return last;
  }

  private void makeRoom(int rows) {
    if (alive.length < rows) {
      alive = new int[rows];
      places = new int[rows];
      matrix = new float[length(rows, columns.size())];
    }
  }

  private static int length(int rows, int width) {
    long length = (long) rows * width;
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          String.format(
              "a batch of %,d rows of %,d numbers does not fit into one array; score fewer rows at"
                  + " once",
              rows, width));
    }
    return (int) length;
  }

  /** Rejects the rows that the network cannot take, and closes the gaps; how many are left. */
  private int dropImpossible(int count, RowFates fates) {
    int width = columns.size();
    if (pipeline.takesAll() && areFinite(count * width)) {
      return count;
    }
    int left = 0;
    for (int i = 0; i < count; i++) {
      int bad = firstImpossible(i);
      if (bad >= 0) {
        reject(alive[i], bad, matrix[i * width + bad], fates);
      } else {
        if (left != i) {
          System.arraycopy(matrix, i * width, matrix, left * width, width);
          alive[left] = alive[i];
        }
        left++;
      }
    }
    return left;
  }

  private boolean areFinite(int numbers) {
    for (int i = 0; i < numbers; i++) {
      if (!Float.isFinite(matrix[i])) {
        return false;
      }
    }
    return true;
  }

  private int firstImpossible(int place) {
    int width = columns.size();
    for (int column = 0; column < width; column++) {
      float value = matrix[place * width + column];
      if (!Float.isFinite(value) || !pipeline.takes(column, value)) {
        return column;
      }
    }
    return -1;
  }

  private void reject(int row, int column, float value, RowFates fates) {
    String reason =
        Float.isFinite(value)
            ? pipeline.refusal(column, value)
            : "is " + value + " as the network's input, from " + transform.values(row)[column];
    fates.reject(row, new Rejection(Stage.NORMALIZE, columns.get(column), reason));
  }

  /** Runs rows of the matrix; where the library throws, halves of them, down to the one row. */
  private void activate(int from, int to, float[] activations, RowFates fates) {
    int count = to - from;
    if (count == 0) {
      return;
    }
    int width = columns.size();
    float[] rows = from == 0 ? matrix : Arrays.copyOfRange(matrix, from * width, to * width);
    try {
      float[] units = units(rows, count);
      System.arraycopy(units, 0, activations, from * network.units(), units.length);
    } catch (BundleException e) {
      throw e; // no row's fault
    } catch (RuntimeException e) {
      if (count == 1) {
        refused.set(from);
        fates.reject(alive[from], Rejection.byNetwork(e));
        return;
      }
      int middle = from + count / 2;
      activate(from, middle, activations, fates);
      activate(middle, to, activations, fates);
    }
  }

  private float[] units(float[] rows, int count) {
    int taken = NativeMemory.take(count * bytesOfRow);
    try {
      return network.run(rows, count);
    } finally {
      NativeMemory.giveBack(taken);
    }
  }

  @Override
  public StageValues values(int row, RowFates fates) {
    int place = last.place(row);
    if (place >= 0) {
      int width = columns.size();
      return new StageValues(
          fates.outcome(row),
          fates.rejection(row),
          transform.values(row),
          Arrays.copyOfRange(matrix, place * width, (place + 1) * width),
          refused.get(place) ? NO_FLOATS : last.row(row));
    }
    if (fates.outcome(row) == Outcome.FILTERED) {
      return StageValues.filtered();
    }
    boolean transformed =
        fates.rejection(row).filter(r -> r.stage() == Stage.NORMALIZE).isPresent();
    return new StageValues(
        Outcome.REJECTED,
        fates.rejection(row),
        transformed ? transform.values(row) : NO_DOUBLES,
        NO_FLOATS,
        NO_FLOATS);
  }

  @Override
  public void close() {
    network.close();
  }
}
