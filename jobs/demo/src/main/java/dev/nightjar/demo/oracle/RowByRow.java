package dev.nightjar.demo.oracle;

import dev.nightjar.demo.oracle.Input.Kind;
import dev.nightjar.demo.oracle.Input.Missing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.util.ndarray.RecordConverter;
import org.datavec.api.writable.BooleanWritable;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;

/**
 * Scores rows one at a time with the artifacts of a training: contract, transform, normalizer,
 * network. Slow, plain and independent; for files that are trusted, since DL4J's own readers open
 * them. Not thread-safe, a network is not.
 */
public final class RowByRow {
  /** A value that is not of its input's kind, or out of its range. */
  private static final Object INVALID = new Object();

  private static final double MOST_EXACT = 9007199254740992.0;

  /** A row that the contract does not let through. */
  private static final class Stopped extends Exception {
    final String field;

    Stopped(String field) {
      super(field, null, false, false);
      this.field = field;
    }
  }

  private final List<Input> inputs;
  private final TransformProcess transform;
  private final @Nullable DataNormalization normalizer;
  private final MultiLayerNetwork network;

  /** A judge with artifacts that are loaded already. */
  public RowByRow(
      List<Input> inputs,
      TransformProcess transform,
      @Nullable DataNormalization normalizer,
      MultiLayerNetwork network) {
    this.inputs = List.copyOf(inputs);
    this.transform = transform;
    this.normalizer = normalizer;
    this.network = network;
  }

  /**
   * A judge with the artifacts as they lie in files.
   *
   * @param normalizer null for none
   */
  public static RowByRow load(
      List<Input> inputs, Path model, Path transform, @Nullable Path normalizer)
      throws IOException {
    try (InputStream zip = Files.newInputStream(model)) {
      return new RowByRow(
          inputs,
          TransformProcess.fromJson(Files.readString(transform)),
          normalizer == null ? null : restore(normalizer),
          ModelSerializer.restoreMultiLayerNetwork(zip, false));
    }
  }

  private static DataNormalization restore(Path file) throws IOException {
    try {
      return NormalizerSerializer.getDefault().restore(file.toFile());
    } catch (IOException e) {
      throw e;
    } catch (Exception e) { // that is how ND4J declares it
      throw new IOException("the normalizer " + file + " cannot be read", e);
    }
  }

  /** What becomes of a row; columns that are no inputs are not looked at. */
  public Verdict judge(Map<String, ? extends @Nullable Object> row) {
    Map<String, @Nullable Object> checked = new HashMap<>();
    try {
      for (Input input : inputs) {
        checked.put(input.name(), check(input, row.get(input.name())));
      }
    } catch (Stopped e) {
      return Verdict.rejected("contract", e.field);
    }
    List<Writable> transformed;
    INDArray features;
    try {
      transformed = transform.execute(writables(checked));
      if (transformed == null) {
        return Verdict.filtered();
      }
      features = RecordConverter.toArray(DataType.FLOAT, transformed);
    } catch (RuntimeException e) { // how DataVec says that it cannot take a value
      return Verdict.rejected("transform", "");
    }
    if (!isFinite(features)) {
      return Verdict.rejected("transform", "");
    }
    if (normalizer != null) {
      normalizer.transform(features);
    }
    if (!isFinite(features)) {
      return Verdict.rejected("normalize", "");
    }
    INDArray output = network.output(features);
    if (!isFinite(output)) {
      return Verdict.rejected("model", "");
    }
    List<Float> activations = new ArrayList<>();
    for (int unit = 0; unit < output.length(); unit++) {
      activations.add(output.getFloat(0, unit));
    }
    return Verdict.scored(activations);
  }

  private static @Nullable Object check(Input input, @Nullable Object raw) throws Stopped {
    Object value = raw == null ? null : read(input.kind(), raw);
    if (value instanceof Number number && !isWithin(input, number)) {
      value = INVALID;
    }
    if (value == INVALID) {
      if (!input.invalidIsMissing()) {
        throw new Stopped(input.name());
      }
      value = null;
    }
    if (value == null) {
      if (input.missing() == Missing.REJECTS) {
        throw new Stopped(input.name());
      }
      return input.missing() == Missing.IS_FILLED_IN ? input.standIn() : null;
    }
    if (input.kind() != Kind.CATEGORY || input.known().contains(value.toString())) {
      return value;
    }
    return switch (input.unknown()) {
      case REJECTS -> throw new Stopped(input.name());
      case IS_PASSED_ON -> value;
      case IS_REPLACED -> input.other();
    };
  }

  /** A time is no number with a range. */
  private static boolean isWithin(Input input, Number number) {
    return input.kind() == Kind.TIME
        || (number.doubleValue() >= input.least() && number.doubleValue() <= input.greatest());
  }

  /** The value as its kind has it, null when it is missing, {@link #INVALID} when it is not one. */
  private static @Nullable Object read(Kind kind, Object raw) {
    boolean isText = kind == Kind.TEXT || kind == Kind.CATEGORY;
    if (raw instanceof String text && !isText && text.isBlank()) {
      return null;
    }
    try {
      return switch (kind) {
        case TEXT, CATEGORY ->
            raw instanceof Double || raw instanceof Float ? INVALID : raw.toString();
        case NUMBER -> number(raw);
        case WHOLE_NUMBER -> wholeNumber(raw);
        case TRUTH -> truth(raw);
        case TIME -> time(raw);
      };
    } catch (NumberFormatException | DateTimeException e) {
      return INVALID;
    }
  }

  private static Object number(Object raw) {
    if (raw instanceof Boolean || (raw instanceof Long n && Math.abs(n) > MOST_EXACT)) {
      return INVALID;
    }
    double number =
        raw instanceof Number n ? n.doubleValue() : Double.parseDouble(raw.toString().trim());
    return Double.isFinite(number) ? (Object) number : INVALID;
  }

  private static Object wholeNumber(Object raw) {
    if (raw instanceof Long || raw instanceof Integer) {
      return ((Number) raw).longValue();
    }
    if (raw instanceof Number fraction) {
      double number = fraction.doubleValue();
      return number == Math.rint(number) && Math.abs(number) <= MOST_EXACT
          ? (Object) (long) number
          : INVALID;
    }
    return raw instanceof String text ? (Object) Long.parseLong(text.trim()) : INVALID;
  }

  private static Object truth(Object raw) {
    return switch (raw.toString().trim()) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> INVALID;
    };
  }

  /** Microseconds since 1970; a number is taken as such already. */
  private static Object time(Object raw) {
    if (raw instanceof Long micros) {
      return micros;
    }
    if (raw instanceof Timestamp timestamp) {
      return ChronoUnit.MICROS.between(Instant.EPOCH, timestamp.toInstant());
    }
    if (raw instanceof Instant instant) {
      return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
    return raw instanceof String text
        ? (Object)
            ChronoUnit.MICROS.between(Instant.EPOCH, OffsetDateTime.parse(text.trim()).toInstant())
        : INVALID;
  }

  /** The values in the order of the transform's columns, each as that column's type. */
  private List<Writable> writables(Map<String, @Nullable Object> values) {
    Schema schema = transform.getInitialSchema();
    List<Writable> writables = new ArrayList<>();
    for (int i = 0; i < schema.numColumns(); i++) {
      Object value = values.get(schema.getName(i));
      writables.add(value == null ? NullWritable.INSTANCE : writable(schema.getType(i), value));
    }
    return writables;
  }

  private static Writable writable(ColumnType type, Object value) {
    return switch (type) {
      case Double -> new DoubleWritable(((Number) value).doubleValue());
      case Float -> new FloatWritable(((Number) value).floatValue());
      case Integer -> new IntWritable(Math.toIntExact(((Number) value).longValue()));
      case Long -> new LongWritable(((Number) value).longValue());
      case Time -> new LongWritable(Math.floorDiv((Long) value, 1000L)); // DataVec's are in ms
      case Boolean -> new BooleanWritable((Boolean) value);
      case String, Categorical -> new Text(value.toString());
      default -> throw new IllegalArgumentException("no row holds values of type " + type);
    };
  }

  private static boolean isFinite(INDArray array) {
    for (long i = 0; i < array.length(); i++) {
      if (!Float.isFinite(array.getFloat(i))) {
        return false;
      }
    }
    return true;
  }
}
