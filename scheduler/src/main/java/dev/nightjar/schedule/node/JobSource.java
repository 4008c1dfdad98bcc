package dev.nightjar.schedule.node;

import java.io.IOException;
import java.util.List;

/** The jobs of a project. Asked every few seconds. */
public interface JobSource {
  /**
   * All jobs as they are now, each name once.
   *
   * @throws IOException when nothing can be told, with the reason; the jobs stay as they were then
   */
  List<JobFile> read() throws IOException;
}
