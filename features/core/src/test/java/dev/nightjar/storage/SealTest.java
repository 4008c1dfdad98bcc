package dev.nightjar.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.Sha256;
import dev.nightjar.storage.Seal.State;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SealTest {
  private static final String OBJECT = "{\n  \"who\" : \"Ünal\"\n}";

  private final Seal seal = new Seal("seal");
  private final byte[] whole = seal.close(OBJECT);

  @Test
  void the_last_line_is_the_digest_of_all_before_it() {
    String body = "{\n  \"who\" : \"Ünal\",\n";

    assertThat(new String(whole, UTF_8)).isEqualTo(body + "\"seal\": \"" + Sha256.of(body) + "\"}");
    assertThat(seal.check(whole)).isEqualTo(State.WHOLE);
  }

  @Test
  void what_is_cut_anywhere_has_no_seal() {
    for (int length = 0; length < whole.length; length++) {
      assertThat(seal.check(Arrays.copyOf(whole, length))).as("%d", length).isEqualTo(State.CUT);
    }
    assertThat(seal.check(Arrays.copyOf(whole, whole.length + 1))).isEqualTo(State.CUT);
  }

  @Test
  void no_change_of_a_bit_goes_unnoticed() {
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;

      assertThat(seal.check(changed)).as("%d", i).isNotEqualTo(State.WHOLE);
    }
    byte[] changed = whole.clone();
    changed[3] ^= 1;
    assertThat(seal.check(changed)).isEqualTo(State.CHANGED);
  }

  @Test
  void the_seal_of_another_word_is_none() {
    assertThat(new Seal("digest").check(whole)).isEqualTo(State.CUT);
  }
}
