package dev.nightjar.result;

import java.io.IOException;
import java.util.Collection;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Exclusive creation on {@code hdfs:}, where the name node lets exactly one through. */
record HdfsCreation(FileSystem files) implements ExclusiveCreation {

  @Override
  public boolean create(Path file, byte[] content) throws IOException {
    FSDataOutputStream opened;
    try {
      opened = files.create(file, false);
    } catch (IOException e) {
      // The refusal has several classes (the file is there, is being written, a lost answer was
      // repeated). If the file is there we cannot know that it is ours, so it is not.
      if (files.exists(file)) {
        return false;
      }
      throw e;
    }
    try (FSDataOutputStream out = opened) {
      out.write(content);
      out.hsync();
    }
    return true;
  }

  /** Nothing: a closed file lies on as many data nodes as its replication asks for. */
  @Override
  public void makeDurable(Collection<Path> written) {}
}
