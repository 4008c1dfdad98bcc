package dev.nightjar.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  @Test
  void an_alias_a_version_and_a_digest_are_told_apart() {
    assertThat(Reference.parse("flight-delay@champion"))
        .isEqualTo(new Reference.ToAlias("flight-delay", "champion"));
    assertThat(Reference.parse("flight-delay:2013-11"))
        .isEqualTo(new Reference.ToVersion("flight-delay", "2013-11"));
    assertThat(Reference.parse("flight-delay@sha256:" + DIGEST))
        .isEqualTo(new Reference.ToDigest("flight-delay", DIGEST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"flight-delay@champion", "m:1.0_rc-2", "m@sha256:" + "ab"})
  void a_reference_is_written_as_it_was_read(String text) {
    String whole = text.endsWith("ab") ? text.replace("ab", "ab".repeat(32)) : text;

    assertThat(Reference.parse(whole)).hasToString(whole);
  }

  @ParameterizedTest
  @CsvSource({
    "flight-delay@champion, true",
    "flight-delay:2013-11,  true",
    "Flight@Champion,       true",
    "bundles/flight-delay,  false",
    "flight-delay,          false",
    "flight-delay.zip,      false",
    "./flight@delay.zip,    false",
    "hdfs://host/a@b,       false",
    "file:/a/b,             false",
    "C:\\bundles\\a,        false"
  })
  void what_holds_an_at_or_a_colon_and_no_slash_is_a_reference(String text, boolean is) {
    assertThat(Reference.isReference(text)).isEqualTo(is);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Flight@champion     | the model's name 'Flight' cannot be used; use up to 64 of a-z 0-9",
        "@champion           | the model's name '' cannot be used",
        "..@champion         | the model's name '..' cannot be used",
        ".hidden:1           | the model's name '.hidden' cannot be used",
        "a@                  | the alias '' cannot be used",
        "a@../../etc         | the alias '../../etc' cannot be used",
        "a@b@c               | the alias 'b@c' cannot be used",
        "a:                  | the version '' cannot be used",
        "a:1:2               | the version '1:2' cannot be used",
        "a:İ                 | the version 'İ' cannot be used",
        "a@sha256:abc        | the digest 'abc' is no SHA-256; write all of its 64",
        "flight-delay        | write flight-delay@ALIAS, such as flight-delay@champion, or flight-delay:VERSION"
      })
  void what_is_none_is_told_why(String text, String message) {
    assertThatThrownBy(() -> Reference.parse(text))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.UNKNOWN))
        .hasMessageContaining(message);
  }

  @Test
  void a_name_has_at_most_64_letters() {
    String longest = "a".repeat(64);
    assertThat(Reference.parse(longest + "@b").name()).isEqualTo(longest);
    assertThatThrownBy(() -> Reference.parse(longest + "a@b")).hasMessageContaining("up to 64");
  }
}
