package dev.nightjar.pipeline;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.contract.InputField.OnUnknown;
import dev.nightjar.contract.InputField.Range;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Contracts with every policy, and batches that try them: values are chosen for being awkward. */
final class AnyRows {
  private static final List<String> KNOWN = List.of("red", "", "green", "7", "rad", "é", "true");
  private static final List<String> UNKNOWN =
      List.of("Red", "redd", " red", "x".repeat(90), "-1", "ı", "grin");
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\t",
          "1",
          " 1.5 ",
          "1e400",
          "1e39",
          "-3",
          "NaN",
          "Infinity",
          "1d",
          "0x1p3",
          "x",
          "true",
          "FALSE",
          "yes",
          "9999999999",
          "9007199254740993",
          "-0.0",
          "16777217",
          ".5",
          "1970-01-01T00:00:01Z",
          "1970-01-01T05:45:00+05:45",
          "1970-01-01",
          "2147483648");
  private static final double[] REALS = {
    0,
    -0.0,
    1,
    1.5,
    -3,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.MIN_VALUE,
    1e39,
    0x1p53,
    0x1p53 + 2,
    -0x1p53,
    0x1p31,
    0x1p31 - 1,
    -0x1p31,
    0x1p63,
    5,
    5.0000001
  };
  private static final long[] WHOLES = {
    0,
    1,
    -1,
    5,
    6,
    1L << 24,
    (1L << 24) + 1,
    -(1L << 24) - 1,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 53,
    (1L << 53) + 1,
    -(1L << 53) - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final Random random;

  AnyRows(Random random) {
    this.random = random;
  }

  Contract contract(int fields) {
    List<InputField> inputs = new ArrayList<>();
    for (int i = 0; i < fields; i++) {
      inputs.add(input("f" + i));
    }
    return new Contract(inputs, List.of(OutputField.value("y", 0)));
  }

  private InputField input(String name) {
    boolean category = random.nextInt(4) == 0;
    DataType type = category ? DataType.STRING : any(DataType.values());
    List<String> values = new ArrayList<>(KNOWN);
    Collections.shuffle(values, random);
    values = values.subList(0, 1 + random.nextInt(values.size()));
    OnMissing onMissing = any(OnMissing.values());
    OnUnknown onUnknown = any(OnUnknown.values());
    return new InputField(
        name,
        type,
        category,
        category ? values : List.of(),
        onMissing,
        onMissing == OnMissing.IMPUTE ? Optional.of(standIn(type)) : Optional.empty(),
        random.nextBoolean() ? Optional.of(range()) : Optional.empty(),
        any(OnInvalid.values()),
        onUnknown,
        onUnknown == OnUnknown.OTHER ? Optional.of(any(values)) : Optional.empty());
  }

  private Range range() {
    return random.nextInt(8) == 0
        ? new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY)
        : new Range(-3, random.nextBoolean() ? 5 : 1e300);
  }

  private Object standIn(DataType type) {
    return switch (type) {
      case BOOLEAN -> random.nextBoolean();
      case INTEGER -> 42;
      case LONG -> (1L << 53) + 1;
      case TIMESTAMP -> -5L;
      case FLOAT -> 2.5f;
      case DOUBLE -> -1e7;
      case STRING -> random.nextBoolean() ? any(KNOWN) : "none";
    };
  }

  /** Rows of all columns of the contract, in another order and among others. */
  ColumnBatch batch(Contract contract, int rows) {
    List<InputField> inputs = new ArrayList<>(contract.inputs());
    Collections.shuffle(inputs, random);
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (InputField input : inputs) {
      DataType type;
      do {
        type = random.nextBoolean() ? input.type() : any(DataType.values());
      } while (!Conversion.isPossible(type, input.type()));
      fields.add(new Field(input.name(), type));
      columns.add(column(type, rows));
    }
    fields.add(new Field("other", DataType.DOUBLE));
    columns.add(column(DataType.DOUBLE, rows));
    return new ColumnBatch(Schema.of(fields), columns, rows);
  }

  /** The same columns with other rows. */
  ColumnBatch next(ColumnBatch like, int rows) {
    List<Column> columns =
        like.schema().fields().stream().map(field -> column(field.type(), rows)).toList();
    Schema equal = Schema.of(like.schema().fields());
    return new ColumnBatch(random.nextBoolean() ? like.schema() : equal, columns, rows);
  }

  /** Its array may be longer than it has rows, with anything behind them and at null rows. */
  private Column column(DataType type, int rows) {
    int length = rows + random.nextInt(3) * 5;
    double share = any(List.of(0.0, 0.1, 0.9));
    boolean tame = random.nextInt(3) == 0;
    BitSet nulls = new BitSet();
    for (int row = 0; row < length; row++) {
      nulls.set(row, random.nextDouble() < share);
    }
    switch (type) {
      case BOOLEAN -> {
        boolean[] values = new boolean[length];
        for (int row = 0; row < length; row++) {
          values[row] = random.nextBoolean();
        }
        return new Column.Booleans(values, nulls, rows);
      }
      case INTEGER -> {
        int[] values = new int[length];
        Arrays.setAll(values, row -> (int) whole(tame));
        return new Column.Integers(values, nulls, rows);
      }
      case LONG, TIMESTAMP -> {
        long[] values = new long[length];
        Arrays.setAll(values, row -> whole(tame));
        return new Column.Longs(type, values, nulls, rows);
      }
      case FLOAT -> {
        float[] values = new float[length];
        for (int row = 0; row < length; row++) {
          values[row] = (float) real(tame);
        }
        return new Column.Floats(values, nulls, rows);
      }
      case DOUBLE -> {
        double[] values = new double[length];
        Arrays.setAll(values, row -> real(tame));
        return new Column.Doubles(values, nulls, rows);
      }
      default -> {
        return texts(length, nulls, rows, tame);
      }
    }
  }

  private Column texts(int length, BitSet nulls, int rows, boolean tame) {
    List<String> pool = new ArrayList<>(KNOWN);
    if (!tame) {
      pool.addAll(UNKNOWN);
      pool.addAll(TEXTS);
    }
    if (random.nextBoolean()) {
      int[] codes = new int[length];
      Arrays.setAll(codes, row -> nulls.get(row) ? -1 : random.nextInt(pool.size()));
      return new Column.Coded(pool.toArray(String[]::new), codes, rows);
    }
    String[] values = new String[length];
    for (int row = 0; row < length; row++) {
      // Fresh strings, as rows bring them.
      values[row] = nulls.get(row) ? null : new String(any(pool).toCharArray());
    }
    return new Column.Strings(values, rows);
  }

  private double real(boolean tame) {
    return tame ? random.nextInt(5) : REALS[random.nextInt(REALS.length)];
  }

  private long whole(boolean tame) {
    return tame ? random.nextInt(5) : WHOLES[random.nextInt(WHOLES.length)];
  }

  <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private <T> T any(T[] of) {
    return of[random.nextInt(of.length)];
  }
}
