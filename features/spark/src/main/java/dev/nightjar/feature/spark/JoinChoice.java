package dev.nightjar.feature.spark;

import dev.nightjar.feature.JoinWay;

/**
 * How a view is joined.
 *
 * @param view its name
 * @param way of joining it
 * @param reason for it, for people
 * @param bytes that its rows take on the heap of each executor; 0 when it is merged
 * @param physical Spark's plan of reading its rows
 */
public record JoinChoice(String view, JoinWay way, String reason, long bytes, String physical) {}
