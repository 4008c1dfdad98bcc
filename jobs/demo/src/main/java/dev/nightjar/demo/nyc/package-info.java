/**
 * The demo's training on real flights: nycflights13, all domestic flights that left New York in
 * 2013. {@link dev.nightjar.demo.nyc.ArrivalDelay} is the training program; the configuration of
 * its job lies in {@code conf/nycflights13}. Two controls show that the result means something: the
 * model that also sees the departure delay, and the one whose labels were shuffled; {@link
 * dev.nightjar.demo.nyc.CarrierHourRates} is what a table of rates would reach.
 */
@NullMarked
package dev.nightjar.demo.nyc;

import org.jspecify.annotations.NullMarked;
