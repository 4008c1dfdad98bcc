package dev.nightjar.bench.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Takes folders away between rounds, so that none pays for what the one before has left. */
final class Folders {
  private Folders() {}

  /** Removes a folder and all in it; nothing happens where there is none. */
  static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a folder with several hard links to each file of another one. */
  static void repeat(Path files, Path folder, int times) {
    remove(folder);
    try (Stream<Path> list = Files.list(files)) {
      Files.createDirectories(folder);
      List<Path> data = list.filter(file -> file.toString().endsWith(".parquet")).toList();
      for (Path file : data) {
        for (int i = 0; i < times; i++) {
          Files.createLink(folder.resolve(i + "-" + file.getFileName()), file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
