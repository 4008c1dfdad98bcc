package dev.nightjar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Problem;
import dev.nightjar.config.Problems;
import dev.nightjar.config.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration and the command line say of where a store lies. */
class RedisPlaceTest {
  @TempDir Path folder;
  private final Problems problems = new Problems();

  private StorePlace read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("project.yaml"), yaml);
    Environment environment = new Environment(name -> "s3cret-of-" + name);
    return StorePlace.read(
        YamlFile.read(file, environment, problems).orElseThrow(), "feature-store", folder);
  }

  @Test
  void a_single_value_is_a_folder() throws IOException {
    assertThat(read("feature-store: some/where"))
        .isEqualTo(new StorePlace.Folder(folder.resolve("some/where")));
    assertThat(problems.found()).isEmpty();
  }

  @Test
  void keys_and_values_are_a_redis_whose_text_holds_no_secret() throws IOException {
    StorePlace place =
        read("feature-store: {redis: 'rediss://h:7/3', prefix: a.b, password: '${env:PW}'}");

    assertThat(problems.found()).isEmpty();
    assertThat(((StorePlace.Redis) place).place().password().orElseThrow().text())
        .isEqualTo("s3cret-of-PW");
    assertThat(((StorePlace.Redis) place).place()).hasToString("rediss://h:7/3 (prefix 'a.b')");
    assertThat(place.toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|feature-store.redis: the key is required and missing",
        "{redis: 'redis://u:pw@h'}|feature-store.redis: the address of a Redis holds no user and no"
            + " password; give them by the keys 'user' and 'password'",
        "{redis: 'http://h'}|feature-store.redis: this is no address of a Redis; write"
            + " redis://HOST:PORT/DATABASE, or rediss:// for an encrypted connection",
        "{redis: 'redis://h/x'}|feature-store.redis: this is no address of a Redis",
        "{redis: 'redis://h', password: hunter2}|feature-store.password: stands here for everyone to"
            + " read; write ${env:NAME} or ${file:/path}",
        "{redis: 'redis://h', deadline: 0s}|feature-store.deadline: is to be from 1ms to 10m",
        "{redis: 'redis://h', when-down: default}|feature-store.when-down: 'default' is not known"
            + " here; use fail | unknown",
        "{redis: 'redis://h', prefix: 'a*'}|feature-store.prefix: 'a*' cannot be a name",
        "{redis: 'redis://h', dead-line: 1s}|feature-store.dead-line: there is no such key; did you"
            + " mean 'deadline'?",
        "redis://h|feature-store: 'redis://h' is no folder of this machine; for a store in a Redis"
            + " write {redis: redis://HOST:PORT/DATABASE}",
      })
  void a_mistake_is_told_with_its_key(String value, String words) throws IOException {
    read("feature-store: " + value);

    List<String> told = problems.found().stream().map(Problem::toString).toList();
    assertThat(told).hasSize(1);
    assertThat(told.get(0)).contains("project.yaml:1: " + words).doesNotContain("hunter2", "u:pw");
  }

  @Test
  void the_command_line_names_a_folder_or_an_address() {
    assertThat(StorePlace.parse("some/where"))
        .isEqualTo(new StorePlace.Folder(Path.of("some/where")));
    assertThat(StorePlace.parse("redis://h"))
        .isEqualTo(new StorePlace.Redis(RedisPlace.at("h", 6379, 0)));
    assertThat(StorePlace.parse("redis://[::1]:7/2"))
        .isEqualTo(new StorePlace.Redis(RedisPlace.at("[::1]", 7, 2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis://u:hunter2@h", "redis:///0", "redis://h:70000", "hdfs://h/x"})
  void what_is_no_address_is_told_without_it(String text) {
    assertThatThrownBy(() -> StorePlace.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .containsAnyOf("no address of a Redis", "holds no user and no password")
        .doesNotContain("hunter2");
  }
}
