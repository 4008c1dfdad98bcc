package dev.nightjar.demo.nyc;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.data.DataType;
import dev.nightjar.demo.TrainedModel;
import dev.nightjar.demo.TrainedModel.Plan;
import dev.nightjar.demo.TrainingRows;
import dev.nightjar.demo.TrainingRows.Part;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.jspecify.annotations.Nullable;

/**
 * Trains on the flights of January to October 2013 whether a flight lands 15 minutes late or more,
 * from what is known at its scheduled departure, and measures on November and December.
 */
public final class ArrivalDelay {
  /** Minutes late, null for flights that never arrived; the label comes from it. */
  public static final String DELAY = "arr_delay";

  /** The as-of time, by which the months are told apart. */
  public static final String TIME = "sched_dep_utc";

  /** The scheduled departure as the clocks in New York show it. */
  static final String LOCAL_TIME = "sched_dep_local";

  private static final String DEPARTURE_DELAY = "dep_delay";
  private static final double LATE = 15;
  private static final double MINUTES_A_DAY = 24 * 60;

  /** Midnight in New York between October and November. */
  private static final long NOVEMBER =
      ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse("2013-11-01T04:00:00Z"));

  private static final Plan PLAN = new Plan(4, 1024, 1e-3, 2013);

  /** What to train. */
  public enum Variant {
    /** The model of the job. */
    AS_SCHEDULED,
    /** A control: it sees the delay at departure too, which nobody knows in time. */
    WITH_DEPARTURE_DELAY,
    /** A control: its labels are dealt out at random, so there is nothing to learn. */
    SHUFFLED_LABELS
  }

  private ArrivalDelay() {}

  /**
   * Trains on joined rows. Each has the contract's columns, {@link #DELAY} and {@link #TIME}; for
   * the control with the departure delay also {@code dep_delay}.
   */
  public static TrainedModel train(
      Contract contract, Iterator<Map<String, @Nullable Object>> joined, Variant variant) {
    Contract signature =
        variant == Variant.WITH_DEPARTURE_DELAY ? withDepartureDelay(contract) : contract;
    TransformProcess transform = transform(signature);
    TrainingRows rows = new TrainingRows(signature, transform);
    while (joined.hasNext()) {
      Map<String, @Nullable Object> row = joined.next();
      Optional<Boolean> late = label(row);
      if (late.isPresent() && row.get(TIME) instanceof Long) {
        rows.add(row, late.get(), part(row));
      }
    }
    if (variant == Variant.SHUFFLED_LABELS) {
      rows.shuffleLabels(PLAN.seed());
    }
    return TrainedModel.fit(transform, rows, PLAN);
  }

  /** Whether the flight landed late; empty when it never arrived. */
  static Optional<Boolean> label(Map<String, @Nullable Object> row) {
    return row.get(DELAY) instanceof Number delay
        ? Optional.of(delay.doubleValue() >= LATE)
        : Optional.empty();
  }

  /** On which side of the split a row with a time stands. */
  static Part part(Map<String, @Nullable Object> row) {
    return row.get(TIME) instanceof Long time && time < NOVEMBER ? Part.TRAINING : Part.HELD_OUT;
  }

  /** The contract's columns as numbers. */
  static TransformProcess transform(Contract contract) {
    Schema.Builder columns = new Schema.Builder();
    List<String> categories = new ArrayList<>();
    for (InputField input : contract.inputs()) {
      if (input.category()) {
        columns.addColumnCategorical(input.name(), input.values());
        categories.add(input.name());
      } else if (input.type() == DataType.STRING) {
        columns.addColumnString(input.name());
      } else {
        columns.addColumnDouble(input.name());
      }
    }
    return new TransformProcess.Builder(columns.build())
        // The hand of a 24-hour clock, so that midnight is next to midnight.
        .stringToTimeTransform(LOCAL_TIME, "yyyy-MM-dd'T'HH:mm:ss", DateTimeZone.UTC)
        .transform(
            new DeriveColumnsFromTimeTransform.Builder(LOCAL_TIME)
                .addIntegerDerivedColumn("minute", DateTimeFieldType.minuteOfDay())
                .build())
        .removeColumns(LOCAL_TIME)
        .convertToDouble("minute")
        .doubleMathOp("minute", MathOp.Multiply, 2 * Math.PI / MINUTES_A_DAY)
        .renameColumn("minute", "clock_cos")
        .duplicateColumn("clock_cos", "clock_sin")
        .doubleMathFunction("clock_cos", MathFunction.COS)
        .doubleMathFunction("clock_sin", MathFunction.SIN)
        // A little rain or fog is far from none, and much is not far from more.
        .doubleMathOp("precip", MathOp.Add, 0.005)
        .doubleMathFunction("precip", MathFunction.LOG)
        .doubleMathOp("visib", MathOp.Add, 0.25)
        .doubleMathFunction("visib", MathFunction.LOG)
        .categoricalToOneHot(categories.toArray(String[]::new))
        .build();
  }

  private static Contract withDepartureDelay(Contract contract) {
    List<InputField> inputs = new ArrayList<>(contract.inputs());
    inputs.add(InputField.required(DEPARTURE_DELAY, DataType.DOUBLE));
    return new Contract(inputs, contract.outputs(), contract.layout());
  }
}
