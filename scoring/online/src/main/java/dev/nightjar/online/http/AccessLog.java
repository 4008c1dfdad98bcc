package dev.nightjar.online.http;

import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.logging.AccessLogWriter;
import dev.nightjar.contract.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One event for each request that has ended, in the log and in the metrics. It holds nothing that a
 * client has sent but the request's id: no path, no field, no value.
 */
final class AccessLog implements AccessLogWriter {
  private static final Logger LOG = LoggerFactory.getLogger("nightjar.access");

  private final EndpointMeters meters;

  AccessLog(EndpointMeters meters) {
    this.meters = meters;
  }

  @Override
  public void log(RequestLog request) {
    if (!(request.context() instanceof ServiceRequestContext context)) {
      return;
    }
    Tally tally = Tally.of(context);
    int status = request.responseHeaders().status().code();
    meters.ended(tally, status, request.totalDurationNanos());
    LoggingEventBuilder event = status < 500 ? LOG.atInfo() : LOG.atWarn();
    event =
        event
            .addKeyValue("request", RequestIds.of(context))
            .addKeyValue("method", context.method().name())
            .addKeyValue("route", context.config().route().patternString())
            .addKeyValue("status", status)
            .addKeyValue("ms", millis(request.totalDurationNanos()));
    if (!tally.model().isEmpty()) {
      event =
          event
              .addKeyValue("model", tally.model())
              .addKeyValue("version", tally.version())
              .addKeyValue("rows", tally.rows())
              .addKeyValue("rejected", tally.count(Outcome.REJECTED));
    }
    String reason = tally.reason();
    if (reason != null) {
      event = event.addKeyValue("refused", reason);
    }
    event.log("request");
  }

  /** To the microsecond. */
  private static double millis(long nanos) {
    return Math.rint(nanos / 1e3) / 1e3;
  }
}
