package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.config.Section;
import dev.nightjar.run.MemoryPlan;
import dev.nightjar.run.RunPlan;
import dev.nightjar.submit.ContainerMemory;
import java.util.List;
import java.util.Optional;

/** A plan for programs: one JSON document, sizes in bytes. */
final class PlanJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PlanJson() {}

  static String of(
      RunPlan plan,
      MemoryPlan memory,
      Optional<ContainerMemory> container,
      Optional<ContainerMemory> least) {
    ObjectNode node = JSON.createObjectNode();
    node.put("job", plan.job().name());
    node.put("interval", plan.interval().id());
    node.put("bundle", plan.bundle());
    node.put("transform", plan.transform());
    node.put("engine", plan.placement().engine());
    node.put("device", Section.word(plan.placement().device()));
    node.put("network", plan.network());
    node.set("input", read(plan.input()));
    ArrayNode views = node.putArray("views");
    for (RunPlan.View view : plan.views()) {
      ObjectNode read = read(view.read());
      read.put("join", Section.word(view.join().way()));
      read.put("join-reason", view.join().reason());
      views.add(read);
    }
    node.put("passage", plan.passage());
    node.set("written", texts(plan.written()));
    node.set("notices", texts(plan.notices()));
    ObjectNode sizes = node.putObject("memory");
    sizes.put("rows-at-once", memory.rows());
    sizes.put("tasks-at-once", memory.room().cores());
    sizes.put("heap-of-row", memory.need().heapOfRow());
    sizes.put("heap-of-views", memory.views());
    sizes.put("heap", memory.heap());
    sizes.put("heap-there", memory.room().heap());
    sizes.put("native-of-row", memory.need().nativeOfRow());
    sizes.put("native-of-replica", memory.need().nativeOfReplica());
    sizes.put("native-shared", memory.need().nativeShared());
    sizes.put("native", memory.beside());
    sizes.put("native-there", memory.room().beside());
    sizes.put("fits", memory.misfit().isEmpty());
    least.ifPresent(size -> sizes.put("least-executor-memory", size.container() + "m"));
    container.ifPresent(
        size -> {
          ObjectNode settings = node.putObject("settings");
          settings.put("spark.executor.memory", size.heap() + "m");
          settings.put("spark.executor.memoryOverhead", size.overhead() + "m");
          settings.put("org.bytedeco.javacpp.maxbytes", size.nativeMax() + "m");
          settings.put("org.bytedeco.javacpp.maxphysicalbytes", size.physicalMax() + "m");
        });
    node.put("physical", plan.physical());
    return node.toPrettyString();
  }

  private static ObjectNode read(RunPlan.Read read) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", read.name());
    node.set("columns", texts(read.columns()));
    node.put("files", read.files());
    node.put("bytes", read.bytes());
    node.put("rule", read.rule());
    return node;
  }

  private static ArrayNode texts(List<String> texts) {
    ArrayNode array = JSON.createArrayNode();
    texts.forEach(array::add);
    return array;
  }
}
