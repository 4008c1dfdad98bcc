package dev.nightjar.demo;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.demo.TrainedModel.Plan;
import dev.nightjar.demo.TrainingRows.Part;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.CategoricalColumnCondition;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.jspecify.annotations.Nullable;

/**
 * A training program, to be copied: joined rows in, all that a bundle is made of out. It learns
 * from the first days of the month whether a flight lands 15 minutes late or more, and measures
 * itself on the days after them.
 */
public final class TrainingProgram {
  /** Minutes late, null where the flight did not fly; the label comes from it. */
  public static final String DELAY = "arrival_delay";

  /** The as-of time, by which the days are told apart. */
  public static final String TIME = "scheduled_departure";

  /** The first day that the network does not learn from. */
  public static final LocalDate HELD_OUT_FROM = LocalDate.of(2013, 11, 21);

  /** The first day that the training set leaves alone; it is there to be scored. */
  public static final LocalDate SCORED_FROM = FlightWorld.NEW_CARRIER_FROM;

  private static final double LATE = 15;
  private static final Plan PLAN = new Plan(5, 256, 3e-3, 2013);

  private TrainingProgram() {}

  /** Trains on joined rows. Each has the contract's columns and {@link #DELAY}, {@link #TIME}. */
  public static TrainedModel train(
      Contract contract, Iterator<Map<String, @Nullable Object>> joined) {
    TransformProcess transform = transform(contract);
    TrainingRows rows = new TrainingRows(contract, transform);
    while (joined.hasNext()) {
      Map<String, @Nullable Object> row = joined.next();
      if (row.get(TIME) instanceof Long time && time < startOf(SCORED_FROM)) {
        // A flight that did not fly has no label; the filter takes it out, if not the contract.
        boolean late = row.get(DELAY) instanceof Number delay && delay.doubleValue() >= LATE;
        rows.add(row, late, time < startOf(HELD_OUT_FROM) ? Part.TRAINING : Part.HELD_OUT);
      }
    }
    return TrainedModel.fit(transform, rows, PLAN);
  }

  /** The contract's columns as numbers; flights without passengers are taken out. */
  static TransformProcess transform(Contract contract) {
    Schema columns =
        new Schema.Builder()
            .addColumnTime("scheduled_departure", DateTimeZone.forID("America/New_York"))
            .addColumnCategorical("status", values(contract, "status"))
            .addColumnCategorical("carrier", values(contract, "carrier"))
            .addColumnCategorical("origin", values(contract, "origin"))
            .addColumnsDouble("distance", "temp", "wind_speed", "wind_gust", "visibility")
            .addColumnsDouble("precipitation", "pressure", "aircraft_year", "seats")
            .build();
    return new TransformProcess.Builder(columns)
        .filter(new CategoricalColumnCondition("status", ConditionOp.NotEqual, "scheduled"))
        .removeColumns("status")
        .transform(
            new DeriveColumnsFromTimeTransform.Builder("scheduled_departure")
                .addIntegerDerivedColumn("hour", DateTimeFieldType.hourOfDay())
                .build())
        .removeColumns("scheduled_departure")
        .doubleMathOp("aircraft_year", MathOp.ReverseSubtract, FlightWorld.FIRST_DAY.getYear())
        .renameColumn("aircraft_year", "aircraft_age")
        .doubleMathOp("distance", MathOp.Add, 1)
        .doubleMathFunction("distance", MathFunction.LOG)
        .doubleColumnsMathOp("driving_rain", MathOp.Multiply, "wind_speed", "precipitation")
        .categoricalToOneHot("carrier", "origin")
        .build();
  }

  private static List<String> values(Contract contract, String category) {
    return contract.inputs().stream()
        .filter(input -> input.name().equals(category))
        .map(InputField::values)
        .findFirst()
        .orElseThrow();
  }

  /** Midnight before a day, as the rows have their times. */
  static long startOf(LocalDate day) {
    Instant start = day.atStartOfDay(FlightWorld.ZONE).toInstant();
    return ChronoUnit.MICROS.between(Instant.EPOCH, start);
  }
}
