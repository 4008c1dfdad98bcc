package dev.nightjar.demo;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.pipeline.ContractStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.BooleanWritable;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Joined rows on their way into a network, by the rules by which they will be scored: the contract
 * fills in and rejects, the transform makes the columns, and its filter takes rows out. Only the
 * transformed numbers are kept. Not thread-safe.
 */
public final class TrainingRows {
  private static final int BATCH = 1024;
  private static final int SAMPLE = 1024;
  private static final long SAMPLE_SEED = 20131101;

  /** On which side of the split a row stands. */
  public enum Part {
    /** The network learns from it. */
    TRAINING,
    /** It measures what the network has learnt. */
    HELD_OUT
  }

  private record Example(Map<String, @Nullable Object> row, boolean label, Part part) {}

  private static final class Numbers {
    final List<float[]> features = new ArrayList<>();
    final List<Boolean> labels = new ArrayList<>();
  }

  private final Contract contract;
  private final ContractStep contractStep;
  private final TransformProcess transform;
  private final Numbers training = new Numbers();
  private final Numbers heldOut = new Numbers();
  private final List<Example> waiting = new ArrayList<>();
  private final List<Map<String, @Nullable Object>> sample = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(SAMPLE_SEED);
  private long seen;
  private long rejected;
  private long filtered;

  public TrainingRows(Contract contract, TransformProcess transform) {
    this.contract = contract;
    this.contractStep = new ContractStep(contract);
    this.transform = transform;
  }

  /**
   * Adds a row; columns that are no inputs of the contract are not looked at.
   *
   * @param row boxed values by column; a timestamp is a Long of microseconds
   */
  public void add(Map<String, @Nullable Object> row, boolean label, Part part) {
    if (part == Part.TRAINING) {
      keepForSample(row);
    }
    waiting.add(new Example(row, label, part));
    if (waiting.size() == BATCH) {
      flush();
    }
  }

  /**
   * Deals the labels of the training part out anew: the control that must learn nothing. Call it
   * after the last row.
   */
  public void shuffleLabels(long seed) {
    flush();
    Collections.shuffle(training.labels, new Random(seed));
  }

  /** Rows that the contract or the transform could not take. */
  public long rejected() {
    flush();
    return rejected;
  }

  /** Rows that the transform's filter took out. */
  public long filtered() {
    flush();
    return filtered;
  }

  /** Some rows of the training part as they came, in the contract's columns. */
  public List<Map<String, @Nullable Object>> sample() {
    return Collections.unmodifiableList(sample);
  }

  /** The rows of one part as numbers, in the order in which they were added. */
  public DataSet numbers(Part part) {
    flush();
    Numbers numbers = part == Part.TRAINING ? training : heldOut;
    int rows = numbers.labels.size();
    if (rows == 0) {
      throw new IllegalStateException("no row of the part " + part + " is left to learn from");
    }
    int width = numbers.features.get(0).length;
    float[] features = new float[Math.multiplyExact(rows, width)];
    float[] labels = new float[rows];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(numbers.features.get(row), 0, features, row * width, width);
      labels[row] = numbers.labels.get(row) ? 1 : 0;
    }
    // From flat arrays: from float[][] it takes ND4J a hundred times as long.
    return new DataSet(
        Nd4j.create(features, new long[] {rows, width}), Nd4j.create(labels, new long[] {rows, 1}));
  }

  private void keepForSample(Map<String, @Nullable Object> row) {
    seen++;
    int place = seen <= SAMPLE ? sample.size() : (int) Math.min(random.nextLong(seen), SAMPLE);
    if (place == SAMPLE) {
      return;
    }
    Map<String, @Nullable Object> inputs = new HashMap<>();
    contract.inputs().forEach(input -> inputs.put(input.name(), row.get(input.name())));
    if (place == sample.size()) {
      sample.add(inputs);
    } else {
      sample.set(place, inputs);
    }
  }

  private void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    RowFates fates = new RowFates(waiting.size());
    ColumnBatch checked = contractStep.apply(joined(), fates);
    for (int row = 0; row < waiting.size(); row++) {
      if (fates.isAlive(row)) {
        transform(checked, row);
      } else {
        rejected++;
      }
    }
    waiting.clear();
  }

  private void transform(ColumnBatch checked, int row) {
    List<Writable> writables = new ArrayList<>();
    for (int i = 0; i < checked.schema().size(); i++) {
      writables.add(writable(checked.column(i), row));
    }
    List<Writable> result;
    try {
      result = transform.execute(writables);
    } catch (RuntimeException e) { // DataVec's only way to say that it cannot take a row
      rejected++;
      return;
    }
    if (result == null) {
      filtered++;
      return;
    }
    Example example = waiting.get(row);
    Numbers numbers = example.part() == Part.TRAINING ? training : heldOut;
    float[] features = new float[result.size()];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) result.get(i).toDouble();
    }
    numbers.features.add(features);
    numbers.labels.add(example.label());
  }

  /** A value as DataVec takes it; its times are milliseconds. */
  private static Writable writable(Column column, int row) {
    Object value = column.get(row);
    if (value == null) {
      return NullWritable.INSTANCE;
    }
    return switch (column.type()) {
      case BOOLEAN -> new BooleanWritable((Boolean) value);
      case INTEGER -> new IntWritable((Integer) value);
      case LONG -> new LongWritable((Long) value);
      case FLOAT -> new FloatWritable((Float) value);
      case DOUBLE -> new DoubleWritable((Double) value);
      case STRING -> new Text((String) value);
      case TIMESTAMP -> new LongWritable(Math.floorDiv((Long) value, 1000L));
    };
  }

  /** The waiting rows as columns, each of the type that its values have. */
  private ColumnBatch joined() {
    Schema schema =
        Schema.of(
            contract.inputs().stream().map(i -> new Field(i.name(), typeOfValues(i))).toList());
    ColumnBatch.Builder builder = ColumnBatch.builder(schema);
    for (Example example : waiting) {
      for (int i = 0; i < schema.size(); i++) {
        builder.column(i).add(example.row().get(schema.field(i).name()));
      }
      builder.endRow();
    }
    return builder.build();
  }

  private DataType typeOfValues(InputField input) {
    for (Example example : waiting) {
      Object value = example.row().get(input.name());
      if (value instanceof String) {
        return DataType.STRING;
      } else if (value instanceof Double) {
        return DataType.DOUBLE;
      } else if (value instanceof Float) {
        return DataType.FLOAT;
      } else if (value instanceof Integer) {
        return DataType.INTEGER;
      } else if (value instanceof Long) {
        return input.type() == DataType.TIMESTAMP ? DataType.TIMESTAMP : DataType.LONG;
      } else if (value instanceof Boolean) {
        return DataType.BOOLEAN;
      }
    }
    return input.type();
  }
}
