package dev.nightjar.store;

import dev.nightjar.config.Template;
import dev.nightjar.feature.FeatureStoreException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Connections to one Redis, kept for use again. A command goes by one of them in one round trip,
 * and waits for no longer than the deadline for the connection, and then for the answer.
 * Thread-safe.
 */
final class RedisClient implements AutoCloseable {
  /** More look-ups at once than that wait for one another. */
  private static final int MOST_CONNECTIONS = 64;

  private final RedisPlace place;
  private final RedisWords words;
  private final ConnectionPool pool;

  /** Connects when it is first asked for something. */
  RedisClient(RedisPlace place, Duration deadline) {
    this.place = place;
    this.words = new RedisWords(place, deadline);
    int millis = Math.toIntExact(Math.max(1, deadline.toMillis()));
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .resp2()
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .connectionTimeoutMillis(millis)
            .socketTimeoutMillis(millis)
            .database(place.database());
    place.user().ifPresent(config::user);
    place.password().map(Template::text).ifPresent(config::password);
    if (place.tls()) {
      // The authority of the certificate, and its name: else any valid one would do.
      config.sslOptions(SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build());
    }
    ConnectionPoolConfig connections = new ConnectionPoolConfig();
    connections.setMaxTotal(MOST_CONNECTIONS);
    connections.setMaxIdle(MOST_CONNECTIONS);
    connections.setMaxWait(deadline);
    connections.setTestWhileIdle(false); // a look-up finds out by itself, and no thread is needed
    connections.setTimeBetweenEvictionRuns(Duration.ofMillis(-1));
    connections.setJmxEnabled(false);
    this.pool =
        new ConnectionPool(
            new HostAndPort(place.host(), place.port()), config.build(), connections);
  }

  /**
   * Runs a script.
   *
   * @param arguments what stands behind the beginning of all keys
   * @return as Redis has it: {@code byte[]}, {@link Long}, a {@link List} of such, or null
   * @throws FeatureStoreException of the kind DOWN when it does not answer now, of another one when
   *     it refuses
   */
  @Nullable Object run(Script script, List<byte[]> arguments) {
    return send(
        connection -> {
          try {
            return connection.executeCommand(
                evaluation(Command.EVALSHA, script.digest(), arguments));
          } catch (JedisNoScriptException e) {
            // The first to ask since the server was started; it keeps it from now on.
            return connection.executeCommand(evaluation(Command.EVAL, script.text(), arguments));
          }
        });
  }

  private CommandArguments evaluation(Command command, String script, List<byte[]> arguments) {
    CommandArguments all = new CommandArguments(command).add(script).add(0);
    all.add(RedisBytes.text(place.prefix()));
    arguments.forEach(all::add);
    return all;
  }

  /** Runs a command; see {@link #run}. */
  @Nullable Object command(Command command, byte[]... arguments) {
    return send(
        connection -> {
          CommandArguments all = new CommandArguments(command);
          for (byte[] argument : arguments) {
            all.add(argument);
          }
          return connection.executeCommand(all);
        });
  }

  private interface Exchange {
    @Nullable Object with(Connection connection);
  }

  /**
   * All that is sent here may be sent twice: a connection that was kept may have been closed by the
   * server since, or be one to a server that is gone, and nobody knows before it is used.
   */
  private @Nullable Object send(Exchange exchange) {
    try {
      try {
        return once(exchange);
      } catch (JedisConnectionException e) {
        if (RedisWords.isTimeout(e) || RedisWords.isRefused(e)) {
          throw e;
        }
        pool.clear();
        return once(exchange);
      }
    } catch (JedisException e) {
      throw words.of(e);
    }
  }

  private @Nullable Object once(Exchange exchange) {
    try (Connection connection = pool.getResource()) {
      return exchange.with(connection);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
