package dev.nightjar.feature.spark;

import dev.nightjar.feature.JoinWay;

/**
 * How a view is joined.
 *
 * @param view its name
 * @param way of joining it
 * @param reason for it, for people
 * @param physical Spark's plan of reading its rows
 */
public record JoinChoice(String view, JoinWay way, String reason, String physical) {}
