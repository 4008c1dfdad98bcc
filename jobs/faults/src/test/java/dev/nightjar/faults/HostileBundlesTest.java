package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.faults.ChildJvm.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole corpus of hostile bundles, in a process with a small heap. */
class HostileBundlesTest {
  @TempDir Path folder;

  @Test
  void every_hostile_bundle_is_refused_and_none_of_its_code_runs() throws IOException {
    Ended ended =
        new ChildJvm(
                List.of(),
                List.of("-Xmx256m"),
                "dev.nightjar.dl4j.HostileBundlesMain",
                List.of(folder.resolve("bundles").toString()))
            .run(folder.resolve("log"));
    String json =
        ended.output().lines().filter(line -> line.startsWith("{\"cases\"")).findFirst().orElse("");
    assertThat(json).as(ended.output()).isNotEmpty();
    JsonNode found = new ObjectMapper().readTree(json);
    Figures.atLeast(60, "hostile-bundles", found.get("refused").asInt());
    Figures.atMost(0, "canaries-run", found.get("canaries").asInt());
    Figures.atMost(64, "bomb-heap-mib", found.get("heapMib").asInt());
    assertThat(found.get("refused").asInt()).isEqualTo(found.get("cases").asInt());
    assertThat(found.get("canaries").asInt()).isZero();
    assertThat(found.get("heapMib").asInt()).isLessThanOrEqualTo(64);
    assertThat(ended.exit()).isZero();
  }
}
