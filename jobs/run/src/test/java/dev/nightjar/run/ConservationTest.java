package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.result.ResultStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written is not what was read: the audit must see it, whatever the counts say. */
class ConservationTest {
  @TempDir Path folder;

  @Test
  void a_row_lost_and_another_doubled_in_a_file_refuse_the_result_and_name_both_keys() {
    TestProject project = TestProject.in(folder);
    project.run();

    RunResult result =
        Failpoint.during(
            project::run,
            point -> {
              if (point == Failpoint.TASK_BEFORE_COMMIT) {
                loseAndDouble(
                    project,
                    "out/readings/data/" + TestProject.DAY + "/2/_nightjar_outcome=scored");
              }
            });

    assertThat(result.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.exit().code()).isEqualTo(3);
    assertThat(result.record().counts().scored()).isEqualTo(4); // the count alone sees nothing
    assertThat(result.record().ending().reason())
        .contains("rows were lost or doubled")
        .contains("Lost: id=1.")
        .contains("Too often: id=2.")
        .contains("Nothing is published");
    ResultStore store =
        ResultStore.at(new Configuration(), project.path("out/readings").toString());
    assertThat(store.current(TestProject.DAY).orElseThrow().token()).isEqualTo(1);
  }

  /** Rewrites the file that holds rows 1 and 2: row 2 stands where row 1 stood. */
  private static synchronized void loseAndDouble(TestProject project, String scored) {
    for (Path file : project.files(scored)) {
      if (file.toString().endsWith(".parquet")) {
        List<Group> rows = read(file);
        Optional<Group> first = withId(rows, "1");
        if (first.isPresent()) {
          rows.set(rows.indexOf(first.get()), withId(rows, "2").orElseThrow());
          rewrite(file, rows);
        }
      }
    }
  }

  private static Optional<Group> withId(List<Group> rows, String id) {
    return rows.stream().filter(row -> row.getString("id", 0).equals(id)).findFirst();
  }

  private static List<Group> read(Path file) {
    List<Group> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), hadoop(file)).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.add(row);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void rewrite(Path file, List<Group> rows) {
    MessageType type = (MessageType) rows.get(0).getType();
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(hadoop(file))
            .withType(type)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (Group row : rows) {
        writer.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static org.apache.hadoop.fs.Path hadoop(Path file) {
    return new org.apache.hadoop.fs.Path(file.toUri());
  }
}
