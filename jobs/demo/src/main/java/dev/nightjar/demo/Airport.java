package dev.nightjar.demo;

/** Where the flights of a {@link FlightWorld} leave. */
enum Airport {
  EWR,
  JFK,
  LGA
}
