package dev.nightjar.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The hash is part of published files: it is computed here a second time, from the words alone. */
class KeyHasherTest {
  private final KeyHasher hasher = new KeyHasher();

  @Test
  void a_compound_key_of_every_type_hashes_as_described() throws Exception {
    hasher.addNull();
    hasher.addBoolean(true);
    hasher.addLong(-2);
    hasher.addString("zürich");
    hasher.addDate(19_000);
    hasher.addTimestamp(1_700_000_000_000_000L);
    hasher.addDecimal(new BigDecimal("12.50"));

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(0);
    out.writeInt(-1);
    write(out, 1, new byte[] {1});
    write(out, 2, eightBytes(-2));
    write(out, 3, "zürich".getBytes(StandardCharsets.UTF_8));
    write(out, 4, eightBytes(19_000));
    write(out, 5, eightBytes(1_700_000_000_000_000L));
    write(out, 6, "12.5".getBytes(StandardCharsets.UTF_8));
    assertThat(hasher.finish().hex()).isEqualTo(firstHalfOfSha256(bytes.toByteArray()));
  }

  @Test
  void the_hash_of_a_known_key_never_changes() {
    hasher.addString("UA-1545");
    hasher.addLong(42);

    // printf '\3\0\0\0\7UA-1545\2\0\0\0\10\0\0\0\0\0\0\0\52' | sha256sum | head -c 32
    assertThat(hasher.finish()).isEqualTo(KeyDigest.of(1, "3329f9956c9c35bccbeef46d3afbf697"));
  }

  @Property
  void finishing_resets(@ForAll String first, @ForAll long second) {
    hasher.addString(first);
    hasher.finish();
    hasher.addLong(second);
    KeyHasher fresh = new KeyHasher();
    fresh.addLong(second);

    assertThat(hasher.finish()).isEqualTo(fresh.finish());
  }

  @Test
  void compound_keys_do_not_run_into_each_other() {
    assertThat(hash("1", "23")).isNotEqualTo(hash("12", "3"));
    assertThat(hash("", "")).isNotEqualTo(hash(""));
    hasher.addNull();
    assertThat(hasher.finish()).isNotEqualTo(hash(""));
  }

  @Test
  void values_of_different_types_hash_differently() {
    hasher.addLong(1);
    KeyDigest whole = hasher.finish();
    hasher.addDate(1);
    KeyDigest date = hasher.finish();
    hasher.addTimestamp(1);
    KeyDigest timestamp = hasher.finish();
    hasher.addBoolean(true);
    KeyDigest truth = hasher.finish();

    assertThat(new KeyDigest[] {whole, date, timestamp, truth, hash("1")}).doesNotHaveDuplicates();
  }

  @Test
  void a_decimal_hashes_by_its_numeric_value() {
    assertThat(decimal("1.0")).isEqualTo(decimal("1.00")).isEqualTo(decimal("1"));
    assertThat(decimal("0.000")).isEqualTo(decimal("0"));
    assertThat(decimal("100")).isEqualTo(decimal("1E+2"));
    assertThat(decimal("1.1")).isNotEqualTo(decimal("1.01"));
  }

  private KeyDigest decimal(String number) {
    hasher.addDecimal(new BigDecimal(number));
    return hasher.finish();
  }

  private KeyDigest hash(String... values) {
    Arrays.stream(values).forEach(hasher::addString);
    return hasher.finish();
  }

  private static void write(DataOutputStream out, int tag, byte[] value) throws IOException {
    out.writeByte(tag);
    out.writeInt(value.length);
    out.write(value);
  }

  private static byte[] eightBytes(long value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new DataOutputStream(bytes).writeLong(value);
    return bytes.toByteArray();
  }

  private static String firstHalfOfSha256(byte[] bytes) throws NoSuchAlgorithmException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
    return String.format("%032x", new BigInteger(1, Arrays.copyOf(hash, 16)));
  }
}
