package dev.nightjar.demo.oracle;

import dev.nightjar.demo.oracle.Input.Kind;
import dev.nightjar.demo.oracle.Input.Unknown;
import java.util.List;
import java.util.Set;

/** The inputs of the demo's model, written out a second time so that the judge has its own. */
public final class FlightDelayInputs {
  private static final Set<String> CARRIERS =
      Set.of("UA", "B6", "EV", "DL", "AA", "MQ", "WN", "other");

  private FlightDelayInputs() {}

  /** The inputs in the order of the contract. */
  public static List<Input> all() {
    return List.of(
        Input.of("scheduled_departure", Kind.TIME),
        Input.category("status", Set.of("scheduled", "cancelled", "ferry")),
        Input.of("carrier", Kind.CATEGORY).withKnown(CARRIERS, Unknown.IS_REPLACED, "other"),
        Input.category("origin", Set.of("EWR", "JFK", "LGA")),
        Input.of("distance", Kind.NUMBER).withRange(0, 20_000),
        Input.of("temp", Kind.NUMBER),
        Input.of("wind_speed", Kind.NUMBER).withRange(0, 150),
        Input.of("wind_gust", Kind.NUMBER).withRange(0, 250),
        Input.of("visibility", Kind.NUMBER).withRange(0, 10),
        Input.of("precipitation", Kind.NUMBER).withRange(0, 10),
        Input.of("pressure", Kind.NUMBER),
        Input.of("aircraft_year", Kind.NUMBER).withRange(1950, 2030),
        Input.of("seats", Kind.NUMBER).withRange(1, 900));
  }
}
