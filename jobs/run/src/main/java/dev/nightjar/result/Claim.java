package dev.nightjar.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who took a token. Any part may be missing: of claims of before it was written, and of one whose
 * writer died half-way.
 *
 * @param owner for people
 * @param claimed when
 * @param host on which the driver runs, as it calls itself; hosts that share a name pass for one
 * @param pid of the driver's process there
 */
record Claim(
    Optional<String> owner, Optional<Instant> claimed, Optional<String> host, OptionalLong pid) {
  /** By how much the start of a process may seem to lie behind what it has done. */
  private static final Duration ROUNDING = Duration.ofSeconds(10);

  private static final Claim NOTHING =
      new Claim(Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty());

  /** What can be told of a driver from here. */
  enum Driver {
    /** It runs on this machine. */
    RUNS,
    /** It ran on this machine and has ended. */
    HAS_ENDED,
    /** It runs on another machine, or ran there, or nobody wrote down where. */
    ELSEWHERE
  }

  /** A claim of this process, as its file holds it. */
  static byte[] ofThisProcess(String owner, Instant now) {
    Map<String, Object> claim = new LinkedHashMap<>();
    claim.put("format", 1);
    claim.put("owner", owner);
    claim.put("claimed", now);
    thisHost().ifPresent(host -> claim.put("host", host));
    claim.put("pid", ProcessHandle.current().pid());
    return (Json.text(Json.STRICT, claim) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static Claim read(byte[] file) {
    try {
      JsonNode json = Json.TOLERANT.readTree(file);
      JsonNode pid = json.path("pid");
      return new Claim(
          Optional.ofNullable(json.path("owner").textValue()),
          instant(json.path("claimed").asText()),
          Optional.ofNullable(json.path("host").textValue()),
          pid.canConvertToLong() ? OptionalLong.of(pid.asLong()) : OptionalLong.empty());
    } catch (IOException e) {
      return NOTHING; // half written by a process that died
    }
  }

  /** Whether whoever claimed is there; a process that has got its number since is another one. */
  Driver driver() {
    if (pid.isEmpty() || host.isEmpty() || !host.equals(thisHost())) {
      return Driver.ELSEWHERE;
    }
    boolean runs =
        ProcessHandle.of(pid.getAsLong())
            .filter(ProcessHandle::isAlive)
            .filter(process -> !isYoungerThanThis(process))
            .isPresent();
    return runs ? Driver.RUNS : Driver.HAS_ENDED;
  }

  private boolean isYoungerThanThis(ProcessHandle process) {
    Optional<Instant> started = process.info().startInstant();
    return started.isPresent()
        && claimed.isPresent()
        && started.get().isAfter(claimed.get().plus(ROUNDING));
  }

  /** The driver, for people. */
  String driverInWords() {
    return owner.orElse("of which nothing is known") + host.map(name -> " on " + name).orElse("");
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> thisHost() {
    try {
      return Optional.of(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      return Optional
          .empty(); // then nobody can be sure that a process of that number is the driver
    }
  }
}
