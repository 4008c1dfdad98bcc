package dev.nightjar.run;

import dev.nightjar.fault.Failpoint;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.spark.internal.io.FileCommitProtocol;
import org.apache.spark.internal.io.FileNameSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * How the files of an attempt come about: each try of a task writes files under names of its own,
 * where they stay, and answers with their names; the driver keeps the answer of one try of each
 * task, whatever was retried, speculated or came back from the dead. What no kept answer names is
 * litter that no manifest will list. So nothing is ever renamed, and no listing decides what
 * belongs to a result.
 *
 * <p>Spark makes the driver's instance and those of the tasks by this class's name.
 */
public final class AttemptCommitter extends FileCommitProtocol implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(AttemptCommitter.class);

  /** On the driver: the files of attempts whose job is done, by the attempt's path. */
  private static final Map<String, List<WrittenFile>> COMMITTED = new ConcurrentHashMap<>();

  private final String path;

  /** The files of the task that this instance is for; on the driver there are none. */
  private transient List<String> written = new ArrayList<>();

  /**
   * As Spark calls it.
   *
   * @param job a name that Spark made up
   * @param path the attempt's folder
   */
  public AttemptCommitter(String job, String path) {
    this.path = path;
  }

  /**
   * A file that a task has written.
   *
   * @param name relative to the attempt's folder
   * @param bytes its length
   */
  record WrittenFile(String name, long bytes) {}

  /** The files of the attempt that was written to this path, asked for once, on the driver. */
  static List<WrittenFile> take(String path) {
    List<WrittenFile> files = COMMITTED.remove(path);
    if (files == null) {
      throw new IllegalStateException("no job has written to " + path + " by this committer");
    }
    return files;
  }

  @Override
  public void setupJob(JobContext job) {
    try {
      Path folder = new Path(path);
      if (!folder.getFileSystem(job.getConfiguration()).mkdirs(folder)) {
        throw new IOException("the folder " + folder + " cannot be made");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public void setupTask(TaskAttemptContext task) {
    written = new ArrayList<>();
  }

  @Override
  public String newTaskTempFile(TaskAttemptContext task, Option<String> folder, FileNameSpec name) {
    TaskAttemptID id = task.getTaskAttemptID();
    // The try is part of the name: two tries of a task at once do not write into one file.
    String file =
        String.format(
            Locale.ROOT,
            "%spart-%05d-%d%s",
            name.prefix(),
            id.getTaskID().getId(),
            id.getId(),
            name.suffix());
    String relative = folder.isDefined() ? folder.get() + "/" + file : file;
    written.add(relative);
    return new Path(path, relative).toString();
  }

  @Override
  public TaskCommitMessage commitTask(TaskAttemptContext task) {
    Failpoint.TASK_BEFORE_COMMIT.hit();
    // Names and lengths in a map of Java's: Kryo, as Spark's serializer, takes no records.
    Map<String, Long> answer = new LinkedHashMap<>();
    try {
      for (String name : written) {
        Path file = new Path(path, name);
        FileSystem files = file.getFileSystem(task.getConfiguration());
        answer.put(name, files.getFileStatus(file).getLen());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    Failpoint.TASK_AFTER_COMMIT.hit();
    return new TaskCommitMessage(answer);
  }

  @Override
  public void abortTask(TaskAttemptContext task) {
    for (String name : written) {
      delete(new Path(path, name), task);
    }
  }

  @Override
  public void commitJob(JobContext job, Seq<TaskCommitMessage> answers) {
    Failpoint.JOB_BEFORE_COMMIT.hit();
    List<WrittenFile> files = new ArrayList<>();
    for (TaskCommitMessage answer : CollectionConverters.asJava(answers)) {
      ((Map<?, ?>) answer.obj())
          .forEach((name, bytes) -> files.add(new WrittenFile((String) name, (Long) bytes)));
      Failpoint.JOB_MID_COMMIT.hit();
    }
    COMMITTED.put(path, files);
    Failpoint.JOB_AFTER_COMMIT.hit();
  }

  /** Frees the room at once; what a task that still runs writes hereafter is litter. */
  @Override
  public void abortJob(JobContext job) {
    delete(new Path(path), job);
  }

  /** Nobody reads these files, so failing to delete them must not hide why they are deleted. */
  private static void delete(Path path, JobContext context) {
    try {
      path.getFileSystem(context.getConfiguration()).delete(path, true);
    } catch (IOException e) {
      LOG.warn("{} is litter and cannot be deleted: {}", path, e.getMessage());
    }
  }
}
