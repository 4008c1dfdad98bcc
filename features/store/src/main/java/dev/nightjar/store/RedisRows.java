package dev.nightjar.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import redis.clients.jedis.Protocol.Command;

/** The keys of Redis that hold rows, found by going through all keys of the database. */
final class RedisRows {
  private static final int PAGE = 512;

  private final RedisClient client;
  private final String prefix;

  RedisRows(RedisClient client, String prefix) {
    this.client = client;
    this.prefix = prefix;
  }

  /** The ids whose rows no view has. */
  List<?> gone() {
    return RedisBytes.list(client.command(Command.SMEMBERS, RedisBytes.text(prefix + ":gone")));
  }

  /**
   * The keys with rows of an id, page by page; one may come twice, and what comes to be meanwhile
   * may not come.
   */
  void pages(String id, Consumer<List<byte[]>> page) {
    byte[] pattern = RedisBytes.text(beginning(id) + "*"); // no name holds a sign of patterns
    byte[] cursor = RedisBytes.text(0);
    do {
      List<?> found =
          RedisBytes.list(
              client.command(
                  Command.SCAN,
                  cursor,
                  RedisBytes.text("MATCH"),
                  pattern,
                  RedisBytes.text("COUNT"),
                  RedisBytes.text(PAGE)));
      cursor = RedisBytes.bytes(found.get(0));
      List<byte[]> keys = new ArrayList<>();
      RedisBytes.list(found.get(1)).forEach(key -> keys.add(RedisBytes.bytes(key)));
      if (!keys.isEmpty()) {
        page.accept(keys);
      }
    } while (!Arrays.equals(cursor, RedisBytes.text(0)));
  }

  private String beginning(String id) {
    return prefix + ":rows:" + id + ":";
  }

  /** The bytes of the key of which a key of Redis holds the rows. */
  byte[] key(String id, byte[] ofRedis) {
    return Arrays.copyOfRange(ofRedis, RedisBytes.text(beginning(id)).length, ofRedis.length);
  }
}
