package dev.nightjar.result;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.fault.Guard;
import dev.nightjar.storage.hadoop.HadoopStorage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files under an output path: claims, manifests and run records. Several processes may use one
 * output path at once; each file is created by exactly one of them and never changed.
 */
public final class ResultStore {
  /** How often a reader begins anew when manifests are taken away between listing and reading. */
  private static final int MOST_LISTINGS = 10;

  private static final String MAKE_ROOM = "make room on its disk and run the interval again";

  private final HadoopStorage storage;

  private ResultStore(HadoopStorage storage) {
    this.storage = storage;
  }

  /**
   * The store under an output path, which need not exist. Reading works on any file system; writing
   * needs one with exclusive creation.
   */
  public static ResultStore at(Configuration hadoop, String outputPath) {
    try {
      return new ResultStore(HadoopStorage.at(hadoop, outputPath));
    } catch (IOException | IllegalArgumentException e) {
      throw unreachable(outputPath, e);
    }
  }

  /**
   * {@link #at(Configuration, String)} by Hadoop's usual configuration, which is not even read
   * where the path is of this machine and nothing is written.
   */
  public static ResultStore at(String outputPath) {
    try {
      return new ResultStore(HadoopStorage.at(outputPath));
    } catch (IOException | IllegalArgumentException e) {
      throw unreachable(outputPath, e);
    }
  }

  private static ResultException unreachable(String outputPath, Exception e) {
    return new ResultException(
        "output path",
        outputPath,
        "cannot be reached: " + reason(e),
        "give a path on file: or hdfs:",
        e);
  }

  /** The output path as its file system names it. */
  public Path root() {
    return storage.rootPath();
  }

  /**
   * Finds out before any work whether results can be written here, by making the folders and a file
   * that is taken away again.
   */
  public void checkWritable() {
    requireExclusiveCreation();
    FileSystem files = storage.fileSystem();
    try {
      for (String folder : List.of("", Layout.DATA, Layout.CLAIMS, Layout.PUBLISHED, Layout.RUNS)) {
        Path path = folder.isEmpty() ? root() : new Path(root(), folder);
        if (!files.mkdirs(path)) {
          throw new IOException("the folder " + path + " cannot be made");
        }
      }
      String probe = Layout.CLAIMS + "/" + Layout.PROBE + UUID.randomUUID();
      try {
        storage.create(probe, new byte[] {'\n'});
      } finally {
        storage.delete(probe); // a full disk has room for an empty file
      }
    } catch (IOException e) {
      throw new ResultException(
          "output path",
          root().toString(),
          "cannot be written: " + reason(e),
          FullDisk.in(e)
              ? MAKE_ROOM
              : "take away what is in the way, allow writing, or give another path",
          e);
    }
  }

  /**
   * Claims an interval by the exclusive creation of a file.
   *
   * @param owner who claims, for people
   * @return the fencing token: above that of every claim, manifest, run record and attempt so far
   */
  public long claim(String interval, String owner) {
    byte[] content = Claim.ofThisProcess(owner, Instant.now());
    long token = highestToken(interval) + 1;
    while (!create(Layout.claim(interval, token), content)) {
      token++;
    }
    return token;
  }

  /**
   * The token that a submission has claimed; the highest, when it has claimed several.
   *
   * @param submission a name that stands as a word of its own in the owner that {@link #claim} got
   */
  public Optional<Long> claimOf(String interval, String submission) {
    return tokens(Layout.of(Layout.CLAIMS, interval), "")
        .filter(
            token ->
                read(Layout.claim(interval, token))
                    .flatMap(bytes -> Claim.read(bytes).owner())
                    .filter(owner -> Arrays.asList(owner.split("[ ,]+")).contains(submission))
                    .isPresent())
        .max(Comparator.naturalOrder());
  }

  /** Makes a manifest survive a power cut whose writer died before it could say that it does. */
  public void makePublicationDurable(String interval, long token) {
    makeDurable(List.of(Layout.manifest(interval, token)));
  }

  /** The folder that an attempt writes its rows into, and nobody else. */
  public String attemptPath(String interval, long token) {
    return new Path(root(), attemptFolder(interval, token)).toString();
  }

  /** The same, relative to the output path. */
  public String attemptFolder(String interval, long token) {
    return Layout.attempt(interval, token);
  }

  /**
   * A later attempt at the interval that may still publish, or has: its claim is above the token
   * and no record says that it ended otherwise. Who finds one is fenced off: at most one of several
   * attempts at once publishes, the one that claimed last.
   */
  public Optional<Long> newerAttempt(String interval, long token) {
    return tokens(Layout.of(Layout.CLAIMS, interval), "")
        .filter(other -> other > token)
        .filter(other -> mayPublish(interval, other))
        .max(Comparator.naturalOrder());
  }

  private boolean mayPublish(String interval, long token) {
    return record(interval, token)
        .filter(found -> !found.isUnreadable())
        .map(found -> found.ending().status() == RunRecord.Status.PUBLISHED)
        .orElse(true);
  }

  /**
   * Makes an attempt's result visible, once every file that it lists is found whole and is durable.
   * To publish the same manifest again does nothing, so a caller that lost the answer may ask
   * again.
   */
  public void publish(Manifest manifest) {
    requireClaim(manifest);
    DataFiles.check(storage.fileSystem(), root(), manifest.files());
    byte[] content = ManifestFormat.write(manifest);
    String file = Layout.manifest(manifest.interval(), manifest.token());
    makeDurable(manifest.files().stream().map(Manifest.DataFile::path).toList());
    Failpoint.PUBLISH_BEFORE.hit();
    boolean created = create(file, content);
    Failpoint.PUBLISH_AFTER_WRITE.hit();
    if (!created && !read(file).filter(there -> Arrays.equals(there, content)).isPresent()) {
      throw new ResultException(
          "manifest",
          storage.path(file),
          "is there already, and not the same",
          "run the interval again, which takes a new token");
    }
  }

  /**
   * Keeps a manifest durably that is about to be published, where nobody takes it for published:
   * whoever finds that a table shows the attempt already can publish it by {@link #prepared}.
   */
  public void prepare(Manifest manifest) {
    requireClaim(manifest);
    DataFiles.check(storage.fileSystem(), root(), manifest.files());
    String file = Layout.prepared(manifest.interval(), manifest.token());
    create(file, ManifestFormat.write(manifest));
    List<String> durable = new ArrayList<>(List.of(file));
    manifest.files().stream().map(Manifest.DataFile::path).forEach(durable::add);
    makeDurable(durable);
  }

  /** The manifest that an attempt has kept; empty when it has none, or half of one. */
  public Optional<Manifest> prepared(String interval, long token) {
    return read(Layout.prepared(interval, token))
        .flatMap(bytes -> manifest(Layout.prepared(interval, token), interval, token, bytes));
  }

  /**
   * Takes away what an attempt has written that ends without having published, and leaves its claim
   * and its record. Half a manifest goes first: what has none is litter.
   *
   * @throws ResultException when it cannot be taken away; some of it may have been
   */
  public void discard(String interval, long token) {
    try {
      storage.delete(Layout.manifest(interval, token));
      storage.delete(Layout.attempt(interval, token));
    } catch (IOException e) {
      throw new ResultException(
          "attempt",
          interval + "/" + token,
          "is not published and cannot be taken away: " + reason(e),
          "see the cause; nothing that readers see is affected",
          e);
    }
  }

  /** The manifest that readers of an interval go by: the highest token that is complete. */
  public Optional<Manifest> current(String interval) {
    return newest(interval, (token, bytes) -> manifest(interval, token, bytes));
  }

  /** The token of {@link #current}; what its manifest says of rows and schemas is not read. */
  public Optional<Long> currentToken(String interval) {
    return newest(
        interval,
        (token, bytes) ->
            ManifestFormat.isOf(
                    storage.path(Layout.manifest(interval, token)), interval, token, bytes)
                ? Optional.of(token)
                : Optional.empty());
  }

  /** What is read of the manifest with the highest token of which something can be read. */
  private <T> Optional<T> newest(String interval, BiFunction<Long, byte[], Optional<T>> reading) {
    String folder = Layout.of(Layout.PUBLISHED, interval);
    for (int i = 0; i < MOST_LISTINGS; i++) {
      List<Long> listed = tokens(folder, Layout.JSON).sorted(newestFirst()).toList();
      boolean gone = false;
      for (long token : listed) {
        Optional<byte[]> bytes = read(Layout.manifest(interval, token));
        Optional<T> found = bytes.flatMap(there -> reading.apply(token, there));
        if (found.isPresent()) {
          return found;
        }
        gone |= bytes.isEmpty();
      }
      if (!gone) {
        return Optional.empty();
      }
      // A superseded manifest was collected meanwhile, so there is a newer one by now.
    }
    throw new ResultException(
        "folder",
        storage.path(folder),
        "lists manifests that are not there, " + MOST_LISTINGS + " times in a row",
        "look whether its file system lists files that it does not have");
  }

  /**
   * {@link #current} of an interval that must have one.
   *
   * @throws ResultException when nothing is published of it
   */
  public Manifest requireCurrent(String interval) {
    return current(interval)
        .orElseThrow(
            () ->
                new ResultException(
                    "interval",
                    interval,
                    "is not published under " + root(),
                    "ask 'nightjar runs' what became of its runs"));
  }

  /** When an attempt was claimed; empty when its claim is missing or cannot be understood. */
  Optional<Instant> claimed(String interval, long token) {
    return readClaim(interval, token).claimed();
  }

  /** Who took a token; says nothing when its claim is missing. */
  Claim readClaim(String interval, long token) {
    return Claim.read(read(Layout.claim(interval, token)).orElse(new byte[0]));
  }

  private static Comparator<Long> newestFirst() {
    return Guard.TOKEN.isOn() ? Comparator.reverseOrder() : Comparator.naturalOrder();
  }

  /** The current manifest of every interval that has one, by interval. */
  public List<Manifest> published() {
    return intervals(Layout.PUBLISHED).flatMap(name -> current(name).stream()).toList();
  }

  /** Writes what happened in an attempt. */
  public void record(RunRecord record) {
    String file = Layout.record(record.interval(), record.token());
    byte[] content = RunRecordFormat.write(record);
    if (!create(file, content)
        && !read(file).filter(there -> Arrays.equals(there, content)).isPresent()) {
      throw new ResultException(
          "run record", storage.path(file), "is there already", "a record is written once");
    }
  }

  /** The records of all attempts, by interval and token; unreadable ones say so. */
  public List<RunRecord> records() {
    return intervals().stream().flatMap(name -> records(name).stream()).toList();
  }

  /** The intervals that were ever claimed, published or recorded, sorted. */
  List<String> intervals() {
    return Stream.of(Layout.RUNS, Layout.CLAIMS, Layout.PUBLISHED, Layout.DATA)
        .flatMap(this::intervals)
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * The records of an interval's attempts, by token. An attempt that has claimed or published and
   * left no record is running, or its process died: it is listed all the same, and says so.
   */
  public List<RunRecord> records(String interval) {
    List<Long> recorded = tokens(Layout.of(Layout.RUNS, interval), Layout.JSON).toList();
    return Stream.of(
            recorded.stream(),
            tokens(Layout.of(Layout.CLAIMS, interval), ""),
            tokens(Layout.of(Layout.PUBLISHED, interval), Layout.JSON))
        .flatMap(tokens -> tokens)
        .distinct()
        .sorted()
        .map(
            token ->
                recorded.contains(token)
                    ? recorded(interval, token)
                    : RunRecord.unreadable(interval, token, withoutRecord(interval, token)))
        .toList();
  }

  /** The tokens of an interval's attempts that have a record, readable or not. */
  Set<Long> recorded(String interval) {
    return tokens(Layout.of(Layout.RUNS, interval), Layout.JSON).collect(Collectors.toSet());
  }

  /** What an attempt without a record may have come to: its manifest is the truth. */
  private String withoutRecord(String interval, long token) {
    boolean published =
        read(Layout.manifest(interval, token))
            .flatMap(bytes -> manifest(interval, token, bytes))
            .isPresent();
    return published
        ? "there is none; its result is published, and its process died before it wrote one"
        : "there is none; the attempt is running, or its process died";
  }

  /** The record of an attempt, which says so when it cannot be read; empty when there is none. */
  public Optional<RunRecord> record(String interval, long token) {
    return read(Layout.record(interval, token))
        .map(bytes -> RunRecordFormat.read(interval, token, bytes));
  }

  private RunRecord recorded(String interval, long token) {
    try {
      return record(interval, token)
          .orElseGet(() -> RunRecord.unreadable(interval, token, "it was taken away"));
    } catch (ResultException e) {
      return RunRecord.unreadable(interval, token, e.rule());
    }
  }

  /** Empty when it is incomplete, damaged, or a copy of another attempt's. */
  private Optional<Manifest> manifest(String interval, long token, byte[] bytes) {
    return manifest(Layout.manifest(interval, token), interval, token, bytes);
  }

  private Optional<Manifest> manifest(String file, String interval, long token, byte[] bytes) {
    return ManifestFormat.read(storage.path(file), bytes)
        .filter(found -> found.token() == token && found.interval().equals(interval));
  }

  private void requireClaim(Manifest manifest) {
    if (read(Layout.claim(manifest.interval(), manifest.token())).isEmpty()) {
      throw new ResultException(
          "token",
          Long.toString(manifest.token()),
          "of interval " + manifest.interval() + " was never claimed",
          "take the one that claim() gave");
    }
  }

  private long highestToken(String interval) {
    return attempts(interval).reduce((lower, higher) -> higher).orElse(0L);
  }

  /** The tokens of all attempts of which anything is left, in order. */
  Stream<Long> attempts(String interval) {
    return Stream.of(
            tokens(Layout.of(Layout.CLAIMS, interval), ""),
            tokens(Layout.of(Layout.PUBLISHED, interval), Layout.JSON),
            tokens(Layout.of(Layout.RUNS, interval), Layout.JSON),
            // Leftovers of an attempt whose claim somebody deleted must not mix with a new one's.
            tokens(Layout.of(Layout.DATA, interval), ""))
        .flatMap(tokens -> tokens)
        .distinct()
        .sorted();
  }

  HadoopStorage storage() {
    return storage;
  }

  private Stream<Long> tokens(String folder, String suffix) {
    return names(folder).flatMap(name -> Layout.token(name, suffix).stream());
  }

  private Stream<String> intervals(String folder) {
    return names(folder).filter(Layout::isInterval).sorted();
  }

  private Stream<String> names(String folder) {
    try {
      return storage.list(folder).stream();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  Optional<byte[]> read(String file) {
    try {
      return storage.read(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private boolean create(String file, byte[] content) {
    requireExclusiveCreation();
    try {
      return storage.create(file, content);
    } catch (IOException e) {
      throw unwritable(storage.path(file), e);
    }
  }

  private void makeDurable(List<String> written) {
    try {
      storage.makeDurable(written);
    } catch (IOException e) {
      throw unwritable(storage.root(), e);
    }
  }

  private void requireExclusiveCreation() {
    storage
        .refusal()
        .ifPresent(
            rule -> {
              throw new ResultException(
                  "output path",
                  storage.root(),
                  rule,
                  "use file: or hdfs:, or vouch for it with spark.hadoop." + HadoopStorage.VOUCHED);
            });
  }

  private ResultException unreadable(String name, IOException cause) {
    return new ResultException(
        "file", storage.path(name), "cannot be read: " + reason(cause), "see the cause", cause);
  }

  private static ResultException unwritable(String path, IOException cause) {
    return new ResultException(
        "file",
        path,
        "cannot be written: " + reason(cause),
        FullDisk.in(cause) ? MAKE_ROOM : "see the cause",
        cause);
  }

  private static String reason(Exception e) {
    // Some messages are a path alone; then only the kind of the failure says what is wrong with it.
    String message = String.valueOf(e.getMessage());
    return message.contains(" ") ? message : words(e) + ": " + message;
  }

  /** AccessDeniedException is "access denied". */
  private static String words(Exception e) {
    return e.getClass()
        .getSimpleName()
        .replaceAll("(Exception|Error)$", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }
}
