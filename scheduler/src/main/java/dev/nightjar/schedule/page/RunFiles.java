package dev.nightjar.schedule.page;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the files of a project tell of its runs. Thread-safe; may take its time. */
public interface RunFiles {
  /**
   * The record of one attempt; empty when there is none, or it cannot be read.
   *
   * @throws IOException when that cannot be told now, with the reason
   */
  Optional<RunDetails> record(String job, String interval, long token) throws IOException;

  /**
   * All attempts at an interval, the first one first.
   *
   * @throws IOException when that cannot be told now, with the reason
   */
  List<RunDetails> attempts(String job, String interval) throws IOException;

  /** Where the output of a run lies that was started under a lease. */
  Path log(String job, String interval, long fence);
}
