package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.io.FileCommitProtocol.TaskCommitMessage;
import org.apache.spark.internal.io.FileNameSpec;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

class AttemptCommitterTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_a_task_has_written_arrives_by_either_serializer_of_spark(boolean kryo)
      throws IOException {
    AttemptCommitter committer = new AttemptCommitter("job", folder.toString());
    TaskAttemptContext task =
        new TaskAttemptContextImpl(
            new Configuration(), TaskAttemptID.forName("attempt_20240305_0001_m_000007_2"));
    committer.setupTask(task);
    String file =
        committer.newTaskTempFile(
            task, Option.apply("outcome=scored"), new FileNameSpec("", ".parquet"));
    Files.createDirectories(Path.of(file).getParent());
    Files.write(Path.of(file), new byte[11]);

    TaskCommitMessage answer = committer.commitTask(task);
    committer.commitJob(
        task, CollectionConverters.asScala(List.of(carried(answer, kryo))).toList());

    assertThat(AttemptCommitter.take(folder.toString()))
        .containsExactly(
            new AttemptCommitter.WrittenFile("outcome=scored/part-00007-2.parquet", 11));
  }

  private static TaskCommitMessage carried(TaskCommitMessage answer, boolean kryo) {
    SparkConf settings = new SparkConf(false);
    Serializer serializer = kryo ? new KryoSerializer(settings) : new JavaSerializer(settings);
    var instance = serializer.newInstance();
    var tag = ClassTag$.MODULE$.<TaskCommitMessage>apply(TaskCommitMessage.class);
    return instance.deserialize(instance.serialize(answer, tag), tag);
  }
}
