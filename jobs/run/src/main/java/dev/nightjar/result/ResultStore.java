package dev.nightjar.result;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files under an output path: claims, manifests and run records. Several processes may use one
 * output path at once; each file is created by exactly one of them and never changed.
 */
public final class ResultStore {
  private static final String JSON = ".json";

  private final FileSystem files;
  private final Layout layout;

  private ResultStore(FileSystem files, Layout layout) {
    this.files = files;
    this.layout = layout;
  }

  /**
   * The store under an output path, which need not exist. Reading works on any file system; writing
   * needs one with exclusive creation.
   */
  public static ResultStore at(Configuration hadoop, String outputPath) {
    try {
      Path path = new Path(outputPath);
      FileSystem found = path.getFileSystem(hadoop);
      Path root = found.makeQualified(path);
      // Hadoop's checksum sidecars are for its own local files. Ours are made without them and
      // carry their digest within, so a sidecar that lies about says nothing.
      FileSystem plain = found instanceof ChecksumFileSystem sums ? sums.getRawFileSystem() : found;
      return new ResultStore(plain, new Layout(root));
    } catch (IOException | IllegalArgumentException e) {
      throw unreachable(outputPath, e);
    }
  }

  /** The output path as its file system names it. */
  public Path root() {
    return layout.root();
  }

  /**
   * Finds out before any work whether results can be written here, by making the folders and a file
   * that is taken away again.
   */
  public void checkWritable() {
    ExclusiveCreation creation = creation();
    List<Path> folders =
        List.of(layout.root(), layout.data(), layout.claims(), layout.published(), layout.runs());
    Path probe = new Path(layout.claims(), ".probe-" + UUID.randomUUID());
    try {
      for (Path folder : folders) {
        if (!files.mkdirs(folder)) {
          throw new IOException("the folder " + folder + " cannot be made");
        }
      }
      creation.create(probe, new byte[] {'\n'});
      files.delete(probe, false);
    } catch (IOException e) {
      throw new ResultException(
          "output path",
          layout.root().toString(),
          "cannot be written: " + reason(e),
          "take away what is in the way, allow writing, or give another path",
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
    Map<String, Object> claim = new LinkedHashMap<>();
    claim.put("format", 1);
    claim.put("owner", owner);
    claim.put("claimed", Instant.now());
    byte[] content = bytes(Json.text(Json.STRICT, claim));
    long token = highestToken(interval) + 1;
    while (!create(Layout.of(layout.claims(), interval, token, ""), content)) {
      token++;
    }
    return token;
  }

  /** The folder that an attempt writes its rows into, and nobody else. */
  public String attemptPath(String interval, long token) {
    return new Path(layout.root(), Layout.attempt(interval, token)).toString();
  }

  /**
   * Makes an attempt's result visible, once every file that it lists is found whole and is durable.
   * To publish the same manifest again does nothing, so a caller that lost the answer may ask
   * again.
   */
  public void publish(Manifest manifest) {
    requireClaim(manifest);
    List<Path> written = DataFiles.check(files, layout.root(), manifest.files());
    byte[] content = ManifestFormat.write(manifest);
    Path file = Layout.of(layout.published(), manifest.interval(), manifest.token(), JSON);
    makeDurable(written);
    if (!create(file, content) && !Arrays.equals(read(file), content)) {
      throw new ResultException(
          "manifest",
          file.toString(),
          "is there already, and not the same",
          "run the interval again, which takes a new token");
    }
  }

  /** The manifest that readers of an interval go by: the highest token that is complete. */
  public Optional<Manifest> current(String interval) {
    return tokens(Layout.of(layout.published(), interval), JSON)
        .sorted(Comparator.reverseOrder())
        .flatMap(token -> manifest(interval, token).stream())
        .findFirst();
  }

  /** The current manifest of every interval that has one, by interval. */
  public List<Manifest> published() {
    return intervals(layout.published()).flatMap(name -> current(name).stream()).toList();
  }

  /** Writes what happened in an attempt. */
  public void record(RunRecord record) {
    Path file = Layout.of(layout.runs(), record.interval(), record.token(), JSON);
    byte[] content = RunRecordFormat.write(record);
    if (!create(file, content) && !Arrays.equals(read(file), content)) {
      throw new ResultException(
          "run record", file.toString(), "is there already", "a record is written once");
    }
  }

  /** The records of all attempts, by interval and token; unreadable ones say so. */
  public List<RunRecord> records() {
    return Stream.of(layout.runs(), layout.claims(), layout.published())
        .flatMap(this::intervals)
        .distinct()
        .sorted()
        .flatMap(name -> records(name).stream())
        .toList();
  }

  /**
   * The records of an interval's attempts, by token. An attempt that has claimed or published and
   * left no record is running, or its process died: it is listed all the same, and says so.
   */
  public List<RunRecord> records(String interval) {
    List<Long> recorded = tokens(Layout.of(layout.runs(), interval), JSON).toList();
    return Stream.of(
            recorded.stream(),
            tokens(Layout.of(layout.claims(), interval), ""),
            tokens(Layout.of(layout.published(), interval), JSON))
        .flatMap(tokens -> tokens)
        .distinct()
        .sorted()
        .map(
            token ->
                recorded.contains(token)
                    ? record(interval, token)
                    : RunRecord.unreadable(
                        interval,
                        token,
                        "there is none; the attempt is running, or its process died"))
        .toList();
  }

  private RunRecord record(String interval, long token) {
    Path file = Layout.of(layout.runs(), interval, token, JSON);
    try {
      return RunRecordFormat.read(interval, token, read(file));
    } catch (ResultException e) {
      return RunRecord.unreadable(interval, token, e.rule());
    }
  }

  /** Empty when it is incomplete, damaged, or a copy of another attempt's. */
  private Optional<Manifest> manifest(String interval, long token) {
    Path file = Layout.of(layout.published(), interval, token, JSON);
    return ManifestFormat.read(file.toString(), read(file))
        .filter(found -> found.token() == token && found.interval().equals(interval));
  }

  private void requireClaim(Manifest manifest) {
    Path claim = Layout.of(layout.claims(), manifest.interval(), manifest.token(), "");
    try {
      if (files.exists(claim)) {
        return;
      }
    } catch (IOException e) {
      throw unreadable(claim, e);
    }
    throw new ResultException(
        "token",
        Long.toString(manifest.token()),
        "of interval " + manifest.interval() + " was never claimed",
        "take the one that claim() gave");
  }

  private long highestToken(String interval) {
    return Stream.of(
            tokens(Layout.of(layout.claims(), interval), ""),
            tokens(Layout.of(layout.published(), interval), JSON),
            tokens(Layout.of(layout.runs(), interval), JSON),
            // Leftovers of an attempt whose claim somebody deleted must not mix with a new one's.
            tokens(Layout.of(layout.data(), interval), ""))
        .flatMap(tokens -> tokens)
        .max(Comparator.naturalOrder())
        .orElse(0L);
  }

  private Stream<Long> tokens(Path folder, String suffix) {
    return names(folder).flatMap(name -> Layout.token(name, suffix).stream());
  }

  private Stream<String> intervals(Path folder) {
    return names(folder).filter(Layout::isInterval).sorted();
  }

  private Stream<String> names(Path folder) {
    try {
      List<String> names = new ArrayList<>();
      for (FileStatus status : files.listStatus(folder)) {
        names.add(status.getPath().getName());
      }
      return names.stream();
    } catch (FileNotFoundException e) {
      return Stream.empty();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private byte[] read(Path file) {
    try (FSDataInputStream in = files.open(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private boolean create(Path file, byte[] content) {
    ExclusiveCreation creation = creation();
    try {
      return creation.create(file, content);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private void makeDurable(Collection<Path> written) {
    ExclusiveCreation creation = creation();
    try {
      creation.makeDurable(written);
    } catch (IOException e) {
      throw unwritable(layout.root(), e);
    }
  }

  private ExclusiveCreation creation() {
    return ExclusiveCreation.on(files, layout.root());
  }

  private static byte[] bytes(String text) {
    return (text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static ResultException unreachable(String path, Exception cause) {
    return new ResultException(
        "output path",
        path,
        "cannot be reached: " + reason(cause),
        "give a path on file: or hdfs:",
        cause);
  }

  private static ResultException unreadable(Path path, IOException cause) {
    return new ResultException(
        "file", path.toString(), "cannot be read: " + reason(cause), "see the cause", cause);
  }

  private static ResultException unwritable(Path path, IOException cause) {
    return new ResultException(
        "file", path.toString(), "cannot be written: " + reason(cause), "see the cause", cause);
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
