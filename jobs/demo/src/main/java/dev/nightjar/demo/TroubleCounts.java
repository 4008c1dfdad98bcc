package dev.nightjar.demo;

/** Counts while a world is made. Not thread-safe. */
final class TroubleCounts {
  int flights;
  int cancelled;
  int ferries;
  int nullKeys;
  int nullDepartures;
  int negativeDistances;
  int missingDistances;
  int nullTails;
  int unknownTails;
  int newCarriers;
  int duplicateFlights;
  int reports;
  int lateReports;
  int missingReports;
  int duplicateReports;
  int corrections;
  int incompleteReports;
  int aircraft;
  int unregistered;

  Troubles troubles() {
    return new Troubles(
        flights,
        cancelled,
        ferries,
        nullKeys,
        nullDepartures,
        negativeDistances,
        missingDistances,
        nullTails,
        unknownTails,
        newCarriers,
        duplicateFlights,
        reports,
        lateReports,
        missingReports,
        duplicateReports,
        corrections,
        incompleteReports,
        aircraft,
        unregistered);
  }
}
