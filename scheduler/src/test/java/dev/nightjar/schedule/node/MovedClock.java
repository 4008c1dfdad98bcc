package dev.nightjar.schedule.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is moved. Thread-safe. */
public final class MovedClock extends Clock {
  private volatile Instant now;

  public MovedClock(String now) {
    this.now = Instant.parse(now);
  }

  public void to(String time) {
    now = Instant.parse(time);
  }

  public void by(Duration time) {
    now = now.plus(time);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("instants alone are asked for");
  }
}
