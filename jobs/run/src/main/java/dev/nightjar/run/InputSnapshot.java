package dev.nightjar.run;

import dev.nightjar.fault.Guard;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.Listing;
import dev.nightjar.feature.spark.TableReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The files that a run reads, as they were in preflight. A run reads its input three times and its
 * views twice; only when no file was changed or removed until after the last read did all reads see
 * the same rows. Files that were added are another matter: folders grow, and each read lists anew,
 * so that rows which they bring to the interval show in its number of rows.
 *
 * <p>What is compared is length and time of modification. A file that is written again with the
 * same length and, to the file system's precision, at the same time, is not noticed here; the
 * audit's comparison of keys may notice it.
 */
final class InputSnapshot {
  private record Table(String name, Supplier<Listing> now, Listing before) {
    Table(String name, Supplier<Listing> now) {
      this(name, now, now.get());
    }
  }

  private final List<Table> tables;

  private InputSnapshot(List<Table> tables) {
    this.tables = tables;
  }

  /** The files of the input and of the views, at this moment. */
  static InputSnapshot of(TableReader tables, InputRows input, List<FeatureView> views) {
    List<Table> listings = new ArrayList<>();
    listings.add(new Table("the input", input::listing));
    for (FeatureView view : views) {
      listings.add(
          new Table(
              "the view " + view.name(),
              () -> tables.listing(view.source().orElseThrow(), Map.of())));
    }
    return new InputSnapshot(listings);
  }

  /** The input's files, as they were. */
  Listing input() {
    return tables.get(0).before();
  }

  /**
   * A view's files, as they were.
   *
   * @param place among the run's views
   */
  Listing view(int place) {
    return tables.get(1 + place).before();
  }

  /** Bytes of the input's files; empty where it is not in files. */
  OptionalLong inputBytes() {
    return input().files().isEmpty() ? OptionalLong.empty() : OptionalLong.of(input().bytes());
  }

  /**
   * Refuses a run whose input or views were changed while it was under way.
   *
   * @param counted rows of the interval before scoring
   * @param audited rows of the interval after it
   * @return what was added beside them, for people
   * @throws RefusedException naming the file and what happened to it
   */
  List<String> requireUnchanged(long counted, long audited) {
    if (!Guard.INPUT_UNCHANGED.isOn()) {
      return List.of();
    }
    List<String> added = new ArrayList<>();
    tables.forEach(table -> compare(table, added));
    if (audited != counted) {
      throw new RefusedException(
          String.format(
              Locale.ROOT,
              "the interval had %d rows when the run began and has %d now: its input was changed while"
                  + " it was scored. Nothing is published; run again",
              counted,
              audited));
    }
    return added;
  }

  private static void compare(Table table, List<String> added) {
    Map<String, Listing.File> files =
        table.now().get().files().stream()
            .collect(Collectors.toMap(Listing.File::path, file -> file));
    for (Listing.File file : table.before().files()) {
      difference(file, Optional.ofNullable(files.remove(file.path())))
          .ifPresent(
              what -> {
                throw new RefusedException(
                    table.name()
                        + " was changed while the run was under way: "
                        + file.path()
                        + " "
                        + what
                        + ". Nothing is published; run again");
              });
    }
    files.keySet().stream()
        .sorted()
        .findFirst()
        .ifPresent(
            first ->
                added.add(
                    String.format(
                        Locale.ROOT,
                        "%d files were added to %s while the run was under way, such as %s; its"
                            + " digest is that of before",
                        files.size(),
                        table.name(),
                        first)));
  }

  private static Optional<String> difference(Listing.File before, Optional<Listing.File> now) {
    if (now.isEmpty()) {
      return Optional.of("was removed");
    }
    if (now.get().length() != before.length()) {
      return Optional.of(
          String.format(
              Locale.ROOT, "had %d bytes and has %d", before.length(), now.get().length()));
    }
    return now.get().modified() == before.modified()
        ? Optional.empty()
        : Optional.of("was written again");
  }
}
