package dev.nightjar.online.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that has begun to send the head of a request, or to shake hands, and does not
 * come to its end: a request's own deadline begins only behind its head, and every byte begins the
 * idle time anew, so some hundred of such clients could hold all connections for ever. One for each
 * connection; called by its event loop alone.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {
  private static final AttributeKey<HeadDeadline> KEY =
      AttributeKey.valueOf(HeadDeadline.class, "HEAD");

  private final Duration allowed;
  private @Nullable ScheduledFuture<?> deadline;
  private int inFlight;

  HeadDeadline(Duration allowed) {
    this.allowed = allowed;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.channel().attr(KEY).set(this);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    begin(context);
    super.channelActive(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (inFlight == 0 && deadline == null) {
      begin(context);
    }
    super.channelRead(context, message);
  }

  private static void close(ChannelHandlerContext context) {
    var unused = context.close();
  }

  private void begin(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(() -> close(context), allowed.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    end();
    super.channelInactive(context);
  }

  private void end() {
    ScheduledFuture<?> running = deadline;
    if (running != null) {
      running.cancel(false);
      deadline = null;
    }
  }

  /**
   * The head of a request is there.
   *
   * @param isShared whether requests share the connection (HTTP/2): what comes between them need
   *     not be the head of another, and the protocol has bounds of its own
   */
  void requestBegan(boolean isShared) {
    inFlight += isShared ? Integer.MAX_VALUE / 2 : 1;
    end();
  }

  /** A request has been answered. */
  void requestEnded() {
    inFlight = Math.max(0, inFlight - 1);
  }

  /** That of a connection. */
  static @Nullable HeadDeadline of(io.netty.channel.Channel channel) {
    return channel.attr(KEY).get();
  }
}
