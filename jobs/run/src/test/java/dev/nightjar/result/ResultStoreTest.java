package dev.nightjar.result;

import static dev.nightjar.result.Fixtures.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultStoreTest {
  @TempDir Path root;
  ResultStore store;

  @BeforeEach
  void open() {
    store = Fixtures.store(root);
  }

  @Test
  void nothingIsThereBeforeTheFirstRun() {
    assertThat(store.current(DAY)).isEmpty();
    assertThat(store.published()).isEmpty();
    assertThat(store.records()).isEmpty();
  }

  @Test
  void aClaimIsAboveAllThatWasEverThere() throws IOException {
    assertThat(store.claim(DAY, "host-1 pid 7")).isEqualTo(1);
    assertThat(store.claim(DAY, "host-2")).isEqualTo(2);
    assertThat(Files.readString(root.resolve("_nightjar/claims/2013-11-05/1")))
        .contains("\"owner\" : \"host-1 pid 7\"", "\"claimed\" : \"20");
    store.record(Fixtures.record(DAY, 5));
    assertThat(store.claim(DAY, "host-1")).isEqualTo(6);
    write(Fixtures.published(root, DAY, 9), "");
    assertThat(store.claim(DAY, "host-1")).isEqualTo(10);
    Files.createDirectories(root.resolve("data/2013-11-05/20"));
    assertThat(store.claim(DAY, "host-1")).isEqualTo(21);
    assertThat(store.claim("2013-11-06", "host-1")).isEqualTo(1);
  }

  @Test
  void anAttemptWritesIntoAFolderOfItsOwn() {
    assertThat(store.attemptPath(DAY, 3)).isEqualTo("file:" + root + "/data/2013-11-05/3");
  }

  @Test
  void theHighestTokenWinsInWhateverOrderTheyArePublished() {
    long older = store.claim(DAY, "a");
    long newer = store.claim(DAY, "b");
    store.publish(Fixtures.manifest(DAY, newer));
    store.publish(Fixtures.manifest(DAY, older));
    assertThat(store.current(DAY)).contains(Fixtures.manifest(DAY, newer));
    long newest = store.claim(DAY, "c");
    store.publish(Fixtures.manifest(DAY, newest));
    assertThat(store.current(DAY).orElseThrow().token()).isEqualTo(newest);
  }

  @Test
  void tokensAreNumbersAndNotWords() {
    for (int i = 0; i < 11; i++) {
      Fixtures.publishEmpty(store, DAY);
    }
    assertThat(store.current(DAY).orElseThrow().token()).isEqualTo(11);
  }

  @Test
  void readersKeepTheOldResultWhereverTheNewOneIsCutOff() throws IOException {
    Manifest old = Fixtures.publishEmpty(store, DAY);
    Manifest next = Fixtures.manifest(DAY, store.claim(DAY, "b"));
    byte[] whole = ManifestFormat.write(next);
    Path file = Fixtures.published(root, DAY, next.token());
    for (int length : Fixtures.cuts(whole)) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(store.current(DAY)).as("%s bytes", length).contains(old);
    }
    Files.write(file, whole);
    assertThat(store.current(DAY)).contains(next);
  }

  @Test
  void aCutOffManifestIsNotFinishedByAnother() throws IOException {
    Manifest manifest = Fixtures.manifest(DAY, store.claim(DAY, "a"));
    write(Fixtures.published(root, DAY, manifest.token()), "{");
    assertThatThrownBy(() -> store.publish(manifest))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("run the interval again");
    assertThat(store.current(DAY)).isEmpty();
  }

  @Test
  void whoLostTheAnswerMayPublishAgain() {
    Manifest manifest = Fixtures.publishEmpty(store, DAY);
    assertThatCode(() -> store.publish(manifest)).doesNotThrowAnyException();
  }

  @Test
  void onlyAClaimedTokenIsPublished() {
    assertThatThrownBy(() -> store.publish(Fixtures.manifest(DAY, 3)))
        .hasMessage(
            "token '3' of interval 2013-11-05 was never claimed; take the one that claim() gave");
  }

  @Test
  void aManifestIsNotPublishedOverMissingOrShortFiles() throws IOException {
    long token = store.claim(DAY, "a");
    Manifest manifest =
        Fixtures.manifest(DAY, token, Fixtures.SCORED, List.of(Fixtures.file(DAY, token, 1)));
    assertThatThrownBy(() -> store.publish(manifest))
        .hasMessageContaining(
            "_nightjar_outcome=scored/1.parquet' is listed in a manifest and missing");
    Path file = root.resolve(manifest.files().get(0).path());
    write(file, "short");
    assertThatThrownBy(() -> store.publish(manifest))
        .hasMessageContaining("1.parquet' has 5 bytes; its manifest says 11");
    write(file, "as it says.");
    store.publish(manifest);
    assertThat(store.current(DAY)).contains(manifest);
  }

  @Test
  void aCompleteManifestOfANewerFormatIsNotPassedOver() throws IOException {
    Fixtures.publishEmpty(store, DAY);
    Path newer = Fixtures.published(root, DAY, 2);
    Files.write(newer, ManifestFormat.seal("{\n  \"format\" : 2\n}"));
    assertThatThrownBy(() -> store.current(DAY))
        .hasMessageContaining("2.json' has format 2; this Nightjar reads 1");
    assertThatThrownBy(() -> store.published()).isInstanceOf(ResultException.class);
    write(newer, "{\n  \"format\" : 2\n}");
    assertThat(store.current(DAY).orElseThrow().token()).isEqualTo(1);
  }

  @Test
  void aCopiedManifestIsNotAResult() throws IOException {
    Manifest manifest = Fixtures.publishEmpty(store, DAY);
    Files.copy(Fixtures.published(root, DAY, 1), Fixtures.published(root, DAY, 4));
    Files.createDirectories(root.resolve("_nightjar/published/2013-11-06"));
    Files.copy(Fixtures.published(root, DAY, 1), Fixtures.published(root, "2013-11-06", 1));
    assertThat(store.published()).containsExactly(manifest);
  }

  @Test
  void foreignFilesAndSidecarsConfuseNobody() throws IOException {
    Manifest manifest = Fixtures.publishEmpty(store, DAY);
    store.record(Fixtures.record(DAY, 1));
    for (String folder : List.of("claims", "published", "runs")) {
      Path state = root.resolve("_nightjar").resolve(folder);
      write(state.resolve(".DS_Store"), "x");
      for (String name :
          List.of(
              ".1.json.crc",
              ".1.crc",
              "07.json",
              "9.json.tmp",
              "x.json",
              "_SUCCESS",
              "-3",
              "99999999999999999999.json",
              ".probe-1")) {
        write(state.resolve(DAY).resolve(name), "wrong checksum");
      }
    }
    assertThat(store.published()).containsExactly(manifest);
    assertThat(store.records()).containsExactly(Fixtures.record(DAY, 1));
    assertThat(store.claim(DAY, "b")).isEqualTo(2);
  }

  @Test
  void recordsAreListedByIntervalAndTokenAndDamageIsNotHidden() throws IOException {
    store.record(Fixtures.record(DAY, 10));
    store.record(Fixtures.record(DAY, 9));
    store.record(Fixtures.record("2013-11-04", 1));
    write(root.resolve("_nightjar/runs/2013-11-05/11.json"), "{\"format\": 1, ");
    Files.createDirectories(root.resolve("_nightjar/runs/2013-11-05/12.json"));
    assertThat(store.records())
        .extracting(RunRecord::interval, RunRecord::token, RunRecord::isUnreadable)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("2013-11-04", 1L, false),
            org.assertj.core.groups.Tuple.tuple(DAY, 9L, false),
            org.assertj.core.groups.Tuple.tuple(DAY, 10L, false),
            org.assertj.core.groups.Tuple.tuple(DAY, 11L, true),
            org.assertj.core.groups.Tuple.tuple(DAY, 12L, true));
    assertThat(store.records(DAY)).hasSize(4);
  }

  @Test
  void aRecordIsWrittenOnce() {
    store.record(Fixtures.record(DAY, 1));
    store.record(Fixtures.record(DAY, 1));
    RunRecord other =
        RunRecord.of("other", DAY, 1, Fixtures.START)
            .ended(Fixtures.START, RunRecord.Ending.of(RunRecord.Status.UNKNOWN, "?"));
    assertThatThrownBy(() -> store.record(other)).hasMessageContaining("is there already");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "/etc",
        "a\\b",
        ".hidden",
        "_hidden",
        "2013-11-05\n",
        "a b",
        "2013:11",
        "a%2fb",
        "ığ"
      })
  void intervalsAreFolderNames(String interval) {
    assertThatThrownBy(() -> store.claim(interval, "a"))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("is not an interval's name");
    assertThatThrownBy(() -> store.current(interval)).isInstanceOf(ResultException.class);
    assertThatThrownBy(() -> store.attemptPath(interval, 1)).isInstanceOf(ResultException.class);
    assertThatThrownBy(() -> store.records(interval)).isInstanceOf(ResultException.class);
  }

  @Test
  void intervalsAreDaysHoursAndHoursWithOffsets() {
    for (String interval : List.of(DAY, "2013-11-05T03", "2013-11-03T01-0400", "2013-W45", "7")) {
      Fixtures.publishEmpty(store, interval);
    }
    assertThat(store.published()).hasSize(5);
  }

  @Test
  void aWritablePathIsFoundSoAndLeftClean() throws IOException {
    ResultStore fresh = Fixtures.store(root.resolve("a/b"));
    fresh.checkWritable();
    fresh.checkWritable();
    try (var left = Files.walk(root).filter(Files::isRegularFile)) {
      assertThat(left).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "data", "_nightjar", "_nightjar/claims", "_nightjar/published"})
  void aFileInTheWayIsFoundBeforeAnyWork(String where) throws IOException {
    Path out = root.resolve("out");
    write(out.resolve(where), "in the way");
    ResultStore blocked = Fixtures.store(out);
    assertThatThrownBy(blocked::checkWritable)
        .isInstanceOf(ResultException.class)
        .hasMessageStartingWith("output path 'file:" + out + "' cannot be written: ")
        .hasMessageEndingWith("or give another path");
  }

  @Test
  void aReadOnlyPathIsFoundBeforeAnyWork() {
    assertThatThrownBy(() -> Fixtures.store(Path.of("/proc/nightjar")).checkWritable())
        .hasMessageStartingWith("output path 'file:/proc/nightjar' cannot be written: ");
  }

  @Test
  void aFileSystemWithoutExclusiveCreationIsRefusedByName() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.bucket.impl", Bucket.class.getName());
    ResultStore bucket = ResultStore.at(hadoop, "bucket:" + root);
    assertThat(bucket.published()).isEmpty();
    for (org.assertj.core.api.ThrowableAssert.ThrowingCallable write :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            bucket::checkWritable,
            () -> bucket.claim(DAY, "a"),
            () -> bucket.record(Fixtures.record(DAY, 1)))) {
      assertThatThrownBy(write)
          .hasMessage(
              "output path 'bucket:%s' lies on bucket: which has no exclusive creation; use file:"
                      .formatted(root)
                  + " or hdfs:, or vouch for it with spark.hadoop.nightjar.exclusive-creation");
    }
  }

  @Test
  void anUnknownFileSystemIsOneMessage() {
    assertThatThrownBy(() -> ResultStore.at(new Configuration(), "nosuch://x/y"))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("output path 'nosuch://x/y' cannot be reached");
  }

  @Test
  void noRenameIsNeeded() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.file.impl", NoRename.class.getName());
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    ResultStore poor = ResultStore.at(hadoop, root.toString());
    poor.checkWritable();
    Manifest manifest = Fixtures.publishEmpty(poor, DAY);
    poor.record(Fixtures.record(DAY, 1));
    assertThat(poor.published()).containsExactly(manifest);
  }

  @Test
  void aVouchedForFileSystemIsCreatedOnByItsOwnCreation() throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.bucket.impl", Bucket.class.getName());
    hadoop.set("nightjar.exclusive-creation", "other, bucket");
    ResultStore bucket = ResultStore.at(hadoop, "bucket:" + root);
    bucket.checkWritable();
    Manifest manifest = Fixtures.publishEmpty(bucket, DAY);
    assertThat(bucket.published()).containsExactly(manifest);
    assertThat(bucket.claim(DAY, "b")).isEqualTo(2);
    bucket.record(Fixtures.record(DAY, 2));
    assertThatThrownBy(() -> bucket.publish(Fixtures.manifest(DAY, 3)))
        .hasMessageContaining("was never claimed");
  }

  @Test
  void aNewerAttemptCountsUntilItsRecordSaysThatItCameToNothing() {
    long older = store.claim(DAY, "a");
    assertThat(store.newerAttempt(DAY, older)).isEmpty();
    long newer = store.claim(DAY, "b");
    assertThat(store.newerAttempt(DAY, older)).contains(newer);
    assertThat(store.newerAttempt(DAY, newer)).isEmpty();
    store.record(Fixtures.record(DAY, newer)); // failed
    assertThat(store.newerAttempt(DAY, older)).isEmpty();
    long newest = Fixtures.publishEmpty(store, DAY).token();
    assertThat(store.newerAttempt(DAY, older)).contains(newest);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A local file system that calls itself something else. */
  public static class Bucket extends RawLocalFileSystem {
    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("bucket:///");
    }

    @Override
    public String getScheme() {
      return "bucket";
    }
  }

  /** A file system whose rename fails. */
  public static class NoRename extends RawLocalFileSystem {
    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      throw new IOException("no rename");
    }
  }
}
