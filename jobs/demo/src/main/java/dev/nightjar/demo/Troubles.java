package dev.nightjar.demo;

/**
 * How many rows of each kind of trouble a {@link FlightWorld} holds. A row has at most one of the
 * troubles of flights; the counts leave out exact duplicates, which are counted on their own.
 *
 * @param flights rows of flights, duplicates included
 * @param cancelled flights that were called off before their departure; a filter's business
 * @param ferries flights without passengers; a filter's business
 * @param nullKeys flights without an id
 * @param nullDepartures flights without a departure time: they belong to no interval
 * @param negativeDistances flights of an impossible distance
 * @param missingDistances flights of no known distance
 * @param nullTails flights whose aircraft is not known
 * @param unknownTails flights of an aircraft that is not in the register
 * @param newCarriers flights of a carrier that no training set has seen
 * @param duplicateFlights exact copies of other rows of flights
 * @param reports rows of weather, duplicates and corrections included
 * @param lateReports reports that were received more than an hour after their time
 * @param missingReports hours and airports without a report
 * @param duplicateReports exact copies of other reports
 * @param corrections second reports for the same hour, received later
 * @param incompleteReports reports in which a value is null
 * @param aircraft rows of the register
 * @param unregistered aircraft that fly and are not in the register
 */
public record Troubles(
    int flights,
    int cancelled,
    int ferries,
    int nullKeys,
    int nullDepartures,
    int negativeDistances,
    int missingDistances,
    int nullTails,
    int unknownTails,
    int newCarriers,
    int duplicateFlights,
    int reports,
    int lateReports,
    int missingReports,
    int duplicateReports,
    int corrections,
    int incompleteReports,
    int aircraft,
    int unregistered) {}
