/**
 * The page of a scheduler, for whoever is woken at three in the morning, and its metrics. {@link
 * dev.nightjar.schedule.page.Desk} reads what there is to be told out of the ledger, the node and,
 * by {@link dev.nightjar.schedule.page.RunFiles}, the run records, as plain values: {@code
 * Overview}, {@code JobView}, {@code RunView}. The HTML and the JSON are made from the same values.
 * {@link dev.nightjar.schedule.page.PageServer} is the JDK's own HTTP server, which needs no jar on
 * a class path that all runs' libraries share; it serves a handful of readers and no strangers.
 * HTML is built of {@code Tag}s, in which text is text: there is no way to put markup in.
 */
@NullMarked
package dev.nightjar.schedule.page;

import org.jspecify.annotations.NullMarked;
