package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Template;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found without Spark, and without Hadoop, is what a run finds. */
class SourceStatesTest {
  @TempDir Path project;

  @Test
  void files_are_listed_as_hadoop_lists_them() throws IOException {
    write("table/b.csv", "22");
    write("table/day=2024-03-05/a ü%.csv", "1");
    write("table/day=2024-03-05/.a ü%.csv.crc", "sum");
    write("table/_temporary/0/part.csv", "half");
    write("table/_x=1/part.csv", "333");
    write("table/.hidden/part.csv", "no");
    write("elsewhere/deep/c.csv", "4444");
    Files.createDirectories(project.resolve("table/empty"));
    Files.createSymbolicLink(project.resolve("table/link.csv"), project.resolve("table/b.csv"));
    Files.createSymbolicLink(project.resolve("table/sub"), project.resolve("elsewhere"));
    Files.createSymbolicLink(project.resolve("table/nowhere.csv"), project.resolve("none.csv"));
    Files.setLastModifiedTime(
        project.resolve("table/b.csv"), FileTime.fromMillis(1_709_600_000_123L));

    for (String path : List.of("table", "table/b.csv", "table/sub", "table/empty", "none")) {
      Path place = project.resolve(path);
      Listing here = Listing.here(place);
      Listing byHadoop =
          Listing.by(
              FileSystem.getLocal(new Configuration()),
              new org.apache.hadoop.fs.Path(place.toString()));
      assertThat(here).as(path).isEqualTo(byHadoop);
    }
    assertThat(Listing.here(project.resolve("table")).files())
        .extracting(Listing.File::relative)
        .containsExactly(
            "_x=1/part.csv", "b.csv", "day=2024-03-05/a ü%.csv", "link.csv", "sub/deep/c.csv");
  }

  @Test
  void digests_are_those_of_a_reader_whichever_way_the_path_is_written() throws IOException {
    write("days/2024-03-05.csv", "id\n1\n");
    write("days/2024-03-06.csv", "id\n2\n");
    List<FileSource> sources =
        List.of(
            Source.csv("days"),
            Source.csv("days/"),
            Source.csv("./days/../days"),
            Source.csv("days/2024-03-05.csv"),
            Source.csv("days/2024-03-*.csv"),
            Source.csv(project.resolve("days").toString()),
            Source.csv("file:" + project.resolve("days")),
            Source.csv("file://" + project.resolve("days")));
    SourceStates states = new SourceStates(project.toString());
    try (TableReader reader = new TableReader(TestSpark.session(), project.toString())) {
      for (FileSource source : sources) {
        assertThat(states.digest(source, Map.of()))
            .as(source.name())
            .contains(reader.digest(source, Map.of()));
        assertThat(states.snapshot(source)).isEmpty();
      }
    }
  }

  @Test
  void a_path_with_a_variable_is_that_of_the_interval() throws IOException {
    write("days/2024-03-05.csv", "id\n1\n");
    FileSource source = Source.csv("x");
    FileSource daily =
        new FileSource(
            Template.of("days/${interval.date}.csv"),
            source.format(),
            true,
            ",",
            source.nullValue(),
            source.zone(),
            Map.of());
    SourceStates states = new SourceStates(project.toString());

    String there = states.digest(daily, Map.of("interval.date", "2024-03-05")).orElseThrow();
    String none = states.digest(daily, Map.of("interval.date", "2024-03-06")).orElseThrow();

    assertThat(there).isEqualTo(Listing.here(project.resolve("days/2024-03-05.csv")).digest());
    assertThat(none).isEqualTo(new Listing(List.of()).digest()).isNotEqualTo(there);
  }

  @Test
  void what_cannot_be_listed_is_named() throws IOException {
    Path loop = project.resolve("loop");
    Files.createDirectories(loop);
    Files.createSymbolicLink(loop.resolve("again"), loop);

    assertThatThrownBy(
            () -> new SourceStates(project.toString()).digest(Source.csv("loop"), Map.of()))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("source 'loop'")
        .hasMessageContaining("cannot be listed");
  }

  private void write(String path, String text) throws IOException {
    Path file = project.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
