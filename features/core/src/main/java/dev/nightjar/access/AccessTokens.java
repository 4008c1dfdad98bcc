package dev.nightjar.access;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Problem;
import dev.nightjar.storage.IoWords;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who may ask: a file with a line {@code NAME sha256:HEX} for each token, whose SHA-256 it is.
 * Tokens are 256 random bits, so a plain digest of them cannot be turned back. Immutable.
 */
public final class AccessTokens {
  private static final Pattern LINE =
      Pattern.compile("([A-Za-z0-9._-]{1,64})\\s+sha256:([0-9a-f]{64})");
  private static final String PREFIX = "nj_";
  private static final int BYTES = 32;

  private final Map<String, byte[]> digests;

  private AccessTokens(Map<String, byte[]> digests) {
    this.digests = digests;
  }

  /**
   * Reads the file.
   *
   * @throws ConfigurationException with every line that is none, or when there is no token at all
   */
  public static AccessTokens read(Path file) {
    List<Problem> problems = new ArrayList<>();
    Map<String, byte[]> digests = new LinkedHashMap<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new ConfigurationException(
          new Problem(file.toString(), 0, "", "the file is not UTF-8 text; save it as UTF-8"));
    } catch (IOException e) {
      throw new ConfigurationException(
          new Problem(file.toString(), 0, "", "the tokens cannot be read: " + IoWords.of(e)));
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      Matcher matcher = LINE.matcher(line);
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (!matcher.matches()) {
        problems.add(
            new Problem(
                file.toString(),
                i + 1,
                "",
                "this is no line 'NAME sha256:DIGEST'; make one with 'nightjar serve token NAME'"));
      } else if (digests.put(matcher.group(1), HexFormat.of().parseHex(matcher.group(2))) != null) {
        problems.add(
            new Problem(
                file.toString(),
                i + 1,
                "",
                "there is a token of "
                    + matcher.group(1)
                    + " already; give this one another name"));
      }
    }
    if (problems.isEmpty() && digests.isEmpty()) {
      problems.add(
          new Problem(
              file.toString(),
              0,
              "",
              "there is no token in it, so nobody could ask; make one with 'nightjar serve token"
                  + " NAME'"));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new AccessTokens(digests);
  }

  /** A new token, which is told once and stored nowhere. */
  public static String fresh() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The line of the file for a token. */
  public static String line(String name, String token) {
    return name + " sha256:" + HexFormat.of().formatHex(digest(token));
  }

  /**
   * Whose token it is. All are compared, each in a time that does not depend on where they differ.
   */
  public Optional<String> holder(String token) {
    byte[] asked = digest(token);
    String holder = null;
    for (Map.Entry<String, byte[]> known : digests.entrySet()) {
      if (MessageDigest.isEqual(known.getValue(), asked)) {
        holder = known.getKey();
      }
    }
    return Optional.ofNullable(holder);
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
