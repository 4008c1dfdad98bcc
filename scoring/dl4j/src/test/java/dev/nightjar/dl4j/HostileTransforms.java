package dev.nightjar.dl4j;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.dl4j.canary.StreamCanaries;
import dev.nightjar.dl4j.canary.TransformCanaries;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Transforms whose JSON names classes that are not DataVec's, or that read the world. */
final class HostileTransforms extends HostileJson {
  private static final String DATAVEC = "org.datavec.api.";

  private HostileTransforms() {
    super(TransformCanaries.class, " of a transform");
  }

  static List<HostileBundle> all() {
    HostileTransforms transforms = new HostileTransforms();
    transforms.addSteps();
    transforms.addSequences();
    transforms.addArraysAndDisguises();
    transforms.addReadersOfTheWorld();
    return transforms.cases();
  }

  private void addSteps() {
    change(
        "a step of one's own",
        root -> step(root).set("transform", of(TransformCanaries.Step.class)));
    change(
        "a filter of one's own",
        root -> step(root).set("filter", of(TransformCanaries.Filter.class)));
    change(
        "a condition inside a filter",
        root ->
            step(root)
                .set(
                    "filter",
                    of(DATAVEC + "transform.filter.ConditionFilter")
                        .set("condition", of(TransformCanaries.Condition.class))));
    change(
        "a condition inside conditions",
        root -> {
          ObjectNode both = of(DATAVEC + "transform.condition.BooleanCondition").put("type", "AND");
          both.putArray("conditions").add(of(TransformCanaries.Condition.class));
          step(root)
              .set(
                  "filter",
                  of(DATAVEC + "transform.filter.ConditionFilter").set("condition", both));
        });
    change(
        "a condition inside a step",
        root ->
            step(root)
                .set(
                    "transform",
                    replacement().set("condition", of(TransformCanaries.Condition.class))));
    change(
        "a value inside a step",
        root ->
            step(root)
                .set(
                    "transform",
                    replacement()
                        .set("newValue", of(TransformCanaries.Value.class).put("value", 1))));
    change(
        "a schema of one's own",
        root -> root.set("initialSchema", of(TransformCanaries.Schema.class)));
    change(
        "a column of one's own",
        root ->
            ((ArrayNode) root.at("/initialSchema/columns"))
                .add(of(TransformCanaries.MetaData.class).put("name", "more")));
    changeInVain(
        "a schema inside a condition",
        root ->
            step(root)
                .set(
                    "filter",
                    of(DATAVEC + "transform.filter.ConditionFilter")
                        .set(
                            "condition",
                            of(DATAVEC + "transform.condition.column.TrivialColumnCondition")
                                .put("columnName", "hour")
                                .set("schema", of(TransformCanaries.Schema.class)))));
  }

  private void addSequences() {
    change(
        "an order of values",
        root ->
            step(root)
                .set(
                    "calculateSortedRank",
                    of(DATAVEC + "transform.rank.CalculateSortedRank")
                        .put("newColumnName", "rank")
                        .put("sortOnColumn", "hour")
                        .set("comparator", of(TransformCanaries.ValueOrder.class))));
    change(
        "a split of sequences",
        root -> step(root).set("sequenceSplit", of(TransformCanaries.Split.class)));
    change(
        "an order of sequences",
        root ->
            step(root)
                .putObject("convertToSequence")
                .put("singleStepSequencesMode", false)
                .set("comparator", of(TransformCanaries.SequenceOrder.class)));
    change(
        "a window over sequences",
        root ->
            step(root)
                .set(
                    "transform",
                    of(DATAVEC + "transform.sequence.window.ReduceSequenceByWindowTransform")
                        .set("windowFunction", of(TransformCanaries.Window.class))));
  }

  private void addArraysAndDisguises() {
    change(
        "a step as an array",
        root -> step(root).set("transform", array(TransformCanaries.Step.class)));
    change(
        "a column as an array",
        root ->
            ((ArrayNode) root.at("/initialSchema/columns"))
                .add(array(TransformCanaries.MetaData.class)));
    add(
        "a column twice under one key",
        "Duplicate field 'initialSchema'",
        false,
        () ->
            with(
                SoundBundle.bytes(
                    sound().toString().replaceFirst("\\{", "{\"initialSchema\":null,"))));
  }

  /** Classes that fit, come with DataVec, and read files or objects when they are made. */
  private void addReadersOfTheWorld() {
    for (String name :
        List.of(
            DATAVEC + "conf.Configuration",
            DATAVEC + "formats.input.impl.CSVInputFormat",
            DATAVEC + "writable.NDArrayWritable")) {
      add(
          "a value that is a " + name,
          "names the class '" + name + "'",
          false,
          () -> with(root -> step(root).set("transform", replacement().set("newValue", of(name)))));
    }
    String analysis = DATAVEC + "transform.analysis.columns.DoubleAnalysis";
    String digest =
        Base64.getEncoder().encodeToString(HostileStreams.serialized(new StreamCanaries.Gadget()));
    add(
        "an analysis with a serialized digest",
        "names the class '" + analysis + "'",
        false,
        () -> with(root -> step(root).set("transform", of(analysis).put("digest", digest))));
    add(
        "a whole analysis",
        "names the class '" + DATAVEC + "transform.analysis.DataAnalysis'",
        false,
        () ->
            with(
                SoundBundle.bytes(
                    of(DATAVEC + "transform.analysis.DataAnalysis")
                        .put("digest", digest)
                        .toString())));
    for (String name :
        List.of(
            "org.datavec.python.PythonTransform",
            "org.datavec.image.transform.ImageTransformProcess",
            "org.datavec.api.transform.geo.CoordinatesDistanceTransform",
            "javax.script.ScriptEngineManager")) {
      add(
          "a step that is a " + name,
          "names the class '" + name + "'",
          false,
          () -> with(root -> step(root).set("transform", of(name))));
    }
  }

  @Override
  ObjectNode sound() {
    return read(SoundBundle.text(SoundBundle.file(BundleFiles.TRANSFORM)));
  }

  @Override
  Map<String, byte[]> with(byte[] json) {
    return SoundBundle.with(BundleFiles.TRANSFORM, json);
  }

  /** A new step at the end. */
  private static ObjectNode step(ObjectNode root) {
    return ((ArrayNode) node(root, "/actionList")).addObject();
  }

  private static ObjectNode replacement() {
    return of(DATAVEC + "transform.transform.condition.ConditionalReplaceValueTransform")
        .put("columnToReplace", "hour");
  }
}
