package dev.nightjar.online.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestException.Kind;
import dev.nightjar.online.score.ScoringQueue.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is taken, what is refused, and what is left behind; the time is told by hand. */
class ScoringQueueTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5 * SECOND); // it runs over
  private final CountDownLatch held = new CountDownLatch(1);
  private final List<ScoringQueue> opened = new ArrayList<>();

  @AfterEach
  void close() {
    held.countDown();
    opened.forEach(ScoringQueue::close);
  }

  private ScoringQueue queue(int threads, int capacity) {
    ScoringQueue queue = new ScoringQueue(threads, capacity, now::get);
    opened.add(queue);
    return queue;
  }

  private static Deadline ample(ScoringQueue queue) {
    return queue.within(Duration.ofSeconds(1_000));
  }

  /** Work that goes on until the test lets go, and has begun. */
  private CompletableFuture<String> hold(ScoringQueue queue, long expectedNanos) {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> work =
        queue.submit(
            expectedNanos,
            ample(queue),
            () -> {
              begun.countDown();
              awaitHeld();
              return "held";
            });
    await().until(() -> begun.getCount() == 0);
    return work;
  }

  private void awaitHeld() {
    try {
      held.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while work is held", e);
    }
  }

  private static RequestException refused(CompletableFuture<?> work) {
    ExecutionException failed =
        catchThrowableOfType(ExecutionException.class, () -> work.get(20, TimeUnit.SECONDS));
    assertThat(failed).hasCauseInstanceOf(RequestException.class);
    return (RequestException) failed.getCause();
  }

  /** Nothing is in it, and what it believes of what comes is that it takes no time. */
  private static void assertEmpty(ScoringQueue queue) {
    await()
        .untilAsserted(
            () -> {
              assertThat(queue.working()).isZero();
              assertThat(queue.waiting()).isZero();
              queue.requireRoom(0, queue.within(Duration.ofNanos(0)));
            });
  }

  @Test
  void work_is_done_and_its_result_handed_on() throws Exception {
    ScoringQueue queue = queue(2, 4);
    assertThat(queue.submit(SECOND, ample(queue), () -> "done").get(20, TimeUnit.SECONDS))
        .isEqualTo("done");
    assertEmpty(queue);
  }

  @Test
  void what_comes_to_a_full_queue_is_sent_away_with_a_time_to_come_back() throws Exception {
    ScoringQueue queue = queue(1, 2);
    CompletableFuture<String> first = hold(queue, 3 * SECOND);
    assertThat(queue.working()).isEqualTo(1);
    CompletableFuture<String> second = queue.submit(2 * SECOND, ample(queue), () -> "second");
    CompletableFuture<String> third = queue.submit(2 * SECOND, ample(queue), () -> "third");
    assertThat(queue.waiting()).isEqualTo(2);

    assertThatThrownBy(() -> queue.submit(SECOND, ample(queue), () -> "fourth"))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.BUSY);
              assertThat(e.retryAfter()).contains(Duration.ofSeconds(7));
            })
        .hasMessage(
            "the endpoint has more to do than it can: 2 requests wait already; send it again later,"
                + " and less at once");
    assertThatThrownBy(() -> queue.requireRoom(0, ample(queue))).hasMessageContaining("2 requests");

    held.countDown();
    assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("held");
    assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo("second");
    assertThat(third.get(20, TimeUnit.SECONDS)).isEqualTo("third");
    assertEmpty(queue);
  }

  @Test
  void what_would_have_to_wait_beyond_its_deadline_is_sent_away_at_once() throws Exception {
    ScoringQueue queue = queue(2, 10);
    var unused = List.of(hold(queue, 4 * SECOND), hold(queue, 4 * SECOND));
    // Two threads share eight seconds of work, and a third of a deadline is for waiting and
    // working.
    queue.requireRoom(SECOND, queue.within(Duration.ofSeconds(15)));
    assertThatThrownBy(
            () -> queue.submit(SECOND, queue.within(Duration.ofMillis(14_996)), () -> "late"))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.BUSY);
              assertThat(e.retryAfter()).contains(Duration.ofSeconds(4));
            })
        .hasMessageContaining(
            "by what waits already it could not be answered within 14996 ms; send it again later");
    assertThat(queue.waiting()).isZero();
    held.countDown();
    assertEmpty(queue);
  }

  @Test
  void somebody_who_must_come_back_waits_a_second_at_the_least() {
    ScoringQueue queue = queue(1, 1);
    var unused = List.of(hold(queue, 1), queue.submit(1, ample(queue), () -> "waits"));
    assertThatThrownBy(() -> queue.submit(1, ample(queue), () -> "third"))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(1)));
  }

  @Test
  void work_whose_turn_comes_too_late_is_not_done() {
    ScoringQueue queue = queue(1, 10);
    var unused = hold(queue, 0);
    AtomicInteger done = new AtomicInteger();
    CompletableFuture<Integer> late =
        queue.submit(0, queue.within(Duration.ofSeconds(7)), done::incrementAndGet);
    CompletableFuture<Integer> inTime =
        queue.submit(0, queue.within(Duration.ofSeconds(8)), () -> done.addAndGet(10));
    now.addAndGet(7 * SECOND + 1);
    held.countDown();

    RequestException refusal = refused(late);
    assertThat(refusal.kind()).isEqualTo(Kind.LATE);
    assertThat(refusal)
        .hasMessage("its turn did not come within 7000 ms; allow more, or send less at once");
    assertThat(inTime).succeedsWithin(Duration.ofSeconds(15)).isEqualTo(10);
    assertThat(done).hasValue(10);
    assertEmpty(queue);
  }

  @Test
  void work_that_was_cancelled_is_skipped_and_leaves_nothing_behind() {
    ScoringQueue queue = queue(1, 10);
    var unused = hold(queue, SECOND);
    AtomicInteger done = new AtomicInteger();
    CompletableFuture<Integer> gone = queue.submit(3 * SECOND, ample(queue), done::incrementAndGet);
    CompletableFuture<Integer> stays = queue.submit(SECOND, ample(queue), () -> done.addAndGet(10));
    gone.cancel(false);
    held.countDown();
    assertThat(stays).succeedsWithin(Duration.ofSeconds(15)).isEqualTo(10);
    assertEmpty(queue);
  }

  @Test
  void work_that_fails_takes_neither_thread_nor_time_with_it() {
    ScoringQueue queue = queue(1, 100);
    List<CompletableFuture<Object>> failing = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      failing.add(
          queue.submit(
              SECOND,
              ample(queue),
              () -> {
                throw new IllegalStateException("a fault");
              }));
      failing.add(
          queue.submit(
              SECOND,
              ample(queue),
              () -> {
                throw new StackOverflowError("deep");
              }));
      failing.add(
          queue.submit(
              SECOND,
              ample(queue),
              () -> {
                throw new NoClassDefFoundError("dev/nightjar/Absent");
              }));
    }
    for (CompletableFuture<Object> work : failing) {
      assertThatThrownBy(() -> work.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasMessageFindingMatch("a fault|deep|Absent");
    }
    assertEmpty(queue);
    assertThat(queue.submit(0, ample(queue), () -> "still")).succeedsWithin(Duration.ofSeconds(15));
  }

  @Test
  void a_queue_that_is_closed_does_what_it_took_and_takes_no_more() {
    ScoringQueue queue = queue(1, 10);
    CompletableFuture<String> first = hold(queue, 0);
    CompletableFuture<String> second = queue.submit(0, ample(queue), () -> "second");
    queue.close();
    assertThatThrownBy(() -> queue.submit(SECOND, ample(queue), () -> "third"))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_READY))
        .hasMessage("the endpoint ends; ask another one");
    held.countDown();
    assertThat(first).succeedsWithin(Duration.ofSeconds(15)).isEqualTo("held");
    assertThat(second).succeedsWithin(Duration.ofSeconds(15)).isEqualTo("second");
    assertEmpty(queue);
  }

  @Test
  void work_whose_body_is_still_coming_counts_for_those_who_come_after_it() {
    ScoringQueue queue = queue(1, 10);
    ScoringQueue.Announcement coming =
        queue.announce(4 * SECOND, queue.within(Duration.ofSeconds(15)));

    assertThatThrownBy(() -> queue.announce(2 * SECOND, queue.within(Duration.ofSeconds(15))))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("by what waits already it could not be answered within 15000 ms");
    // A body that is there does not wait for one that is not.
    queue.requireRoom(2 * SECOND, queue.within(Duration.ofSeconds(15)));
    coming.close();
    coming.close();

    queue.announce(5 * SECOND, queue.within(Duration.ofSeconds(15))).close();
    assertEmpty(queue);
  }

  @Test
  void an_idle_queue_takes_what_needs_nearly_all_the_time_there_is_but_no_more() {
    ScoringQueue queue = queue(1, 10);

    queue.announce(14 * SECOND, queue.within(Duration.ofSeconds(15))).close();
    assertThatThrownBy(() -> queue.announce(16 * SECOND, queue.within(Duration.ofSeconds(15))))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("it could not be answered within 15000 ms");
  }

  @Test
  void a_deadline_begins_with_the_head_of_a_request_unless_its_body_takes_its_time() {
    ScoringQueue queue = queue(1, 10);
    Deadline head = queue.within(Duration.ofSeconds(10));

    now.addAndGet(5 * SECOND);
    assertThat(queue.since(head)).isEqualTo(head);
    now.addAndGet(1);
    assertThat(queue.since(head)).isEqualTo(queue.within(Duration.ofSeconds(10)));
  }

  @Test
  void requests_that_wait_in_one_lane_are_worked_on_together_and_alone_where_none_waits()
      throws Exception {
    ScoringQueue queue = queue(1, 20);
    List<List<Integer>> taken = new ArrayList<>();
    Lane<Integer, String> lane =
        new Lane<>(
            4,
            inputs -> {
              taken.add(inputs);
              return inputs.stream().<Supplier<String>>map(one -> () -> outcome(one)).toList();
            });
    assertThat(queue.submit(lane, 0, SECOND, ample(queue)).get(20, TimeUnit.SECONDS))
        .isEqualTo("0");
    var unused = hold(queue, SECOND);
    List<CompletableFuture<String>> results = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      results.add(queue.submit(lane, i, SECOND, ample(queue)));
    }
    results.get(1).cancel(false);

    held.countDown();

    assertThat(results.get(0).get(20, TimeUnit.SECONDS)).isEqualTo("1");
    assertThat(results.get(5).get(20, TimeUnit.SECONDS)).isEqualTo("6");
    assertThatThrownBy(() -> results.get(2).get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("3 fails, and nobody else for it");
    assertThat(taken).containsExactly(List.of(0), List.of(1, 3, 4), List.of(5, 6));
    assertEmpty(queue);
  }

  private static String outcome(int input) {
    if (input == 3) {
      throw new IllegalStateException("3 fails, and nobody else for it");
    }
    return Integer.toString(input);
  }
}
