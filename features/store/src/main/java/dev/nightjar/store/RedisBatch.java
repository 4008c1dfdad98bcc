package dev.nightjar.store;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureStoreException.Kind;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.VisibleRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A batch by its number. Its rows lie beside what is visible until the view's entry, in one write,
 * says that all batches up to this one are. Keys are read and written by the hundred, so that a
 * batch takes few round trips, and no script long enough to keep look-ups waiting.
 */
final class RedisBatch implements StoreBatch {
  private static final int MOST_KEYS = 128;
  private static final int MOST_MEMBERS = 1_000;
  private static final int MOST_BYTES = 1 << 20;
  private static final byte[] NOTHING = {};

  private final RedisWriter writer;
  private final BatchRule rule;
  private final RedisWriter.Begun begun;
  private final Map<ByteBuffer, Waiting> waiting = new LinkedHashMap<>();
  private int waitingRows;

  /** What the next script writes. */
  private final List<byte[]> members = new ArrayList<>();

  private int size;
  private long written;
  private boolean isOpen = true;

  /** A key with its rows, until there are enough to be worth a round trip. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Waiting(byte[] key, List<Entry<FeatureRow>> rows) {}

  RedisBatch(RedisWriter writer, BatchRule rule, RedisWriter.Begun begun) {
    this.writer = writer;
    this.rule = rule;
    this.begun = begun;
  }

  @Override
  public void add(List<Object> key, List<Entry<FeatureRow>> entries) {
    if (entries.isEmpty()) {
      return;
    }
    byte[] bytes = rule.key(key);
    ByteBuffer place = ByteBuffer.wrap(bytes);
    List<Entry<FeatureRow>> sorted = rule.sorted(entries);
    if (waiting.containsKey(place)) {
      writeWaiting(); // what comes now goes on from what that makes of it
    }
    waiting.put(place, new Waiting(bytes, sorted));
    waitingRows += sorted.size();
    if (waiting.size() >= MOST_KEYS || waitingRows >= MOST_MEMBERS) {
      writeWaiting();
    }
  }

  private void writeWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    List<byte[]> asked = new ArrayList<>();
    for (Waiting one : waiting.values()) {
      asked.add(one.key());
      asked.add(RedisBytes.time(rule.readFrom(one.rows())));
    }
    List<?> found = writer.read(begun, rule.stored().id(), asked);
    int place = 0;
    for (Waiting one : waiting.values()) {
      put(one.key(), one.rows(), RedisBytes.list(found.get(place++)));
    }
    waiting.clear();
    waitingRows = 0;
    send();
  }

  private void put(byte[] key, List<Entry<FeatureRow>> sorted, List<?> found) {
    NavigableMap<Long, byte[]> stored = new TreeMap<>();
    NavigableMap<Long, VisibleRows<FeatureRow>> standings = new TreeMap<>();
    for (Object one : found) {
      byte[] member = RedisBytes.bytes(one);
      long time = RedisBytes.timeOf(member);
      stored.put(time, member);
      standings.put(time, read(member));
    }
    BatchRule.Change change = rule.change(standings, sorted);
    List<byte[]> puts = new ArrayList<>();
    change
        .puts()
        .forEach(
            (time, standing) -> {
              byte[] record = Standings.write(standing.state());
              byte[] old = stored.get(time);
              if (old == null || !RedisBytes.recordOf(old).equals(ByteBuffer.wrap(record))) {
                puts.add(RedisBytes.joined(RedisBytes.time(time), record));
              }
            });
    if (change.behind().isPresent()) {
      stored
          .tailMap(change.behind().getAsLong(), false)
          .keySet()
          .forEach(
              time -> {
                if (!change.puts().containsKey(time)) {
                  puts.add(RedisBytes.time(time));
                }
              });
    }
    byte[] before =
        change.before().isPresent() ? RedisBytes.time(change.before().getAsLong()) : NOTHING;
    add(key, puts, before);
  }

  private VisibleRows<FeatureRow> read(byte[] member) {
    try {
      return Standings.read(RedisBytes.recordOf(member), rule.nothing());
    } catch (DamagedRecordException e) {
      throw writer.damaged(e);
    }
  }

  /** Adds a key to the next script; one with a long history takes several. */
  private void add(byte[] key, List<byte[]> puts, byte[] before) {
    for (int from = 0; from == 0 || from < puts.size(); from += MOST_MEMBERS) {
      List<byte[]> some = puts.subList(from, Math.min(puts.size(), from + MOST_MEMBERS));
      members.add(key);
      members.add(least(some));
      members.add(from + some.size() == puts.size() ? before : NOTHING);
      members.add(RedisBytes.text(some.size()));
      members.addAll(some);
      size += some.stream().mapToInt(member -> member.length).sum();
      if (members.size() >= MOST_MEMBERS || size >= MOST_BYTES) {
        send();
      }
    }
  }

  private static byte[] least(List<byte[]> members) {
    return members.stream()
        .map(member -> Arrays.copyOf(member, Long.BYTES))
        .min(Arrays::compareUnsigned)
        .orElseGet(() -> RedisBytes.time(Long.MAX_VALUE));
  }

  private void send() {
    if (!members.isEmpty()) {
      writer.write(begun, written, rule.stored().id(), members);
      written++;
      members.clear();
      size = 0;
    }
  }

  @Override
  public void commit() {
    try {
      writeWaiting();
      writer.commit(begun, written, rule.stored());
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    if (isOpen) {
      isOpen = false;
      writer.end(begun);
    }
  }

  /** Why a batch of which no more is known has failed. */
  static FeatureStoreException unknown(String place, FeatureStoreException cause) {
    return new FeatureStoreException(
        Kind.DOWN,
        "it is not known whether the last batch has become visible in the feature store in "
            + place
            + " ("
            + cause.getMessage()
            + "); materialize again, which goes on from what the store then holds",
        cause);
  }
}
