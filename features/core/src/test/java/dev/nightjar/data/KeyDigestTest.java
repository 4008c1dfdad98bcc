package dev.nightjar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeyDigestTest {
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(128);

  @Property
  void addition_is_that_of_numbers_modulo_two_to_the_128(
      @ForAll long high, @ForAll long low, @ForAll long otherHigh, @ForAll long otherLow) {
    KeyDigest one = new KeyDigest(1, high, low);
    KeyDigest other = new KeyDigest(1, otherHigh, otherLow);

    assertThat(number(one.plus(other))).isEqualTo(number(one).add(number(other)).mod(MODULUS));
  }

  @Property
  void the_sum_does_not_depend_on_order_or_partitions(
      @ForAll List<Long> keys, @ForAll Random random) {
    List<KeyDigest> shuffled = new ArrayList<>(keys.stream().map(KeyDigestTest::hash).toList());
    Collections.shuffle(shuffled, random);
    int cut = shuffled.isEmpty() ? 0 : random.nextInt(shuffled.size());

    KeyDigest parts = sum(shuffled.subList(cut, keys.size())).plus(sum(shuffled.subList(0, cut)));

    assertThat(parts).isEqualTo(sum(keys.stream().map(KeyDigestTest::hash).toList()));
    assertThat(parts.count()).isEqualTo(keys.size());
  }

  @Property
  void dropping_one_row_and_doubling_another_is_seen(
      @ForAll @NotEmpty @Size(max = 20) List<Long> keys, @ForAll long dropped, @ForAll long kept) {
    Assume.that(dropped != kept);
    KeyDigest rest = sum(keys.stream().map(KeyDigestTest::hash).toList());

    KeyDigest right = rest.plus(hash(dropped)).plus(hash(kept));
    KeyDigest wrong = rest.plus(hash(kept)).plus(hash(kept));

    assertThat(wrong).isNotEqualTo(right);
    assertThat(wrong.count()).isEqualTo(right.count());
  }

  @Property
  void the_digits_round_trip(@ForAll long high, @ForAll long low) {
    KeyDigest digest = new KeyDigest(3, high, low);

    assertThat(digest.hex()).matches("[0-9a-f]{32}");
    assertThat(KeyDigest.of(3, digest.hex())).isEqualTo(digest);
  }

  @Test
  void the_low_half_carries_into_the_high_one_and_the_whole_wraps_round() {
    KeyDigest lowFull = new KeyDigest(1, 0, -1);
    KeyDigest full = new KeyDigest(1, -1, -1);
    KeyDigest one = new KeyDigest(1, 0, 1);

    assertThat(lowFull.plus(one)).isEqualTo(new KeyDigest(2, 1, 0));
    assertThat(lowFull.plus(lowFull)).isEqualTo(new KeyDigest(2, 1, -2));
    assertThat(full.plus(one)).isEqualTo(new KeyDigest(2, 0, 0));
    assertThat(full.plus(KeyDigest.EMPTY)).isEqualTo(full);
  }

  @Test
  void other_texts_than_32_digits_are_refused() {
    assertThatThrownBy(() -> KeyDigest.of(1, "ABC"))
        .hasMessage("a key digest has 32 hexadecimal digits, not 'ABC'");
    assertThat(new KeyDigest(2, 1, 255))
        .hasToString("2 keys, sum 000000000000000100000000000000ff");
  }

  private static KeyDigest hash(long key) {
    KeyHasher hasher = new KeyHasher();
    hasher.addLong(key);
    return hasher.finish();
  }

  private static KeyDigest sum(Collection<KeyDigest> digests) {
    return digests.stream().reduce(KeyDigest.EMPTY, KeyDigest::plus);
  }

  private static BigInteger number(KeyDigest digest) {
    return new BigInteger(digest.hex(), 16);
  }
}
