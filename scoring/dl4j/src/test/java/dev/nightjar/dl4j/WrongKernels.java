package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.transform.Condition;
import dev.nightjar.transform.Kind;
import dev.nightjar.transform.Operand;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.PipelineFormat;
import dev.nightjar.transform.Program;
import dev.nightjar.transform.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A compiled bundle in which one step of the transform does something else; digests are right. */
public final class WrongKernels {
  private WrongKernels() {}

  /**
   * Requires that the bundle's golden rows notice every wrong kernel.
   *
   * @return how many wrong ones there were
   */
  public static int requireNoticed(Bundle bundle) {
    Map<String, Bundle> wrong = of(bundle);
    wrong.forEach(
        (what, changed) ->
            assertThatThrownBy(() -> LoadedBundle.load(changed))
                .as(what)
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("fails its golden rows"));
    return wrong.size();
  }

  /** For each step of the bundle's transform some bundles, under what is wrong in them. */
  private static Map<String, Bundle> of(Bundle bundle) {
    Pipeline pipeline = pipeline(bundle);
    Program program = pipeline.transform();
    Map<String, Bundle> bundles = new LinkedHashMap<>();
    for (int i = 0; i < program.steps().size(); i++) {
      Step step = program.steps().get(i);
      for (Step wrong : wrong(step, program.slots())) {
        List<Step> steps = new ArrayList<>(program.steps());
        steps.set(i, wrong);
        Pipeline changed =
            new Pipeline(
                new Program(program.inputs(), program.slots(), steps, program.outputs()),
                pipeline.normalize(),
                pipeline.categories(),
                pipeline.layer(),
                pipeline.activations(),
                pipeline.inputs());
        bundles.put(
            "step " + i + ": " + wrong + " for " + step,
            with(bundle, PipelineFormat.write(changed)));
      }
    }
    return bundles;
  }

  static Pipeline pipeline(Bundle bundle) {
    return PipelineFormat.read("pipeline.json", bundle.files().get(BundleFiles.PIPELINE));
  }

  /** The bundle with another pipeline. */
  static Bundle with(Bundle bundle, byte[] pipeline) {
    Map<String, byte[]> files = new TreeMap<>();
    bundle.files().names().forEach(name -> files.put(name, bundle.files().get(name)));
    files.remove(BundleFiles.SIGNATURE);
    files.put(BundleFiles.PIPELINE, pipeline);
    files.remove(BundleFiles.MANIFEST);
    files.put(BundleFiles.MANIFEST, bundle.manifest().withDigests(Bundle.digests(files)).toBytes());
    return Bundle.check(BundleFiles.of("flights", files));
  }

  /** What a step could do instead, if its kernel were written wrongly. */
  private static List<Step> wrong(Step step, List<Kind> slots) {
    if (step instanceof Step.Constant s) {
      return List.of(constant(s.out(), slots));
    } else if (step instanceof Step.Apply s) {
      return List.of(
          new Step.Apply(s.in(), s.out(), other(Step.Function.values(), s.function()), s.field()));
    } else if (step instanceof Step.Real s) {
      return List.of(
          new Step.Real(s.in(), s.out(), s.operation(), s.number() * 1.01 + 0.01, s.field()),
          new Step.Real(s.in(), s.out(), other(s.operation()), s.number(), s.field()));
    } else if (step instanceof Step.Whole s) {
      return List.of(
          new Step.Whole(s.in(), s.out(), s.operation(), s.number() + 1, s.field()),
          new Step.Whole(s.in(), s.out(), other(s.operation()), s.number(), s.field()));
    } else if (step instanceof Step.Combine s) {
      return List.of(new Step.Combine(s.in(), s.out(), other(s.operation()), s.field()));
    } else if (step instanceof Step.Scale s) {
      return List.of(
          new Step.Scale(s.in(), s.out(), s.scaling(), s.a() + 0.1, s.b(), s.c(), s.d(), s.field()),
          new Step.Scale(
              s.in(),
              s.out(),
              other(Step.Scaling.values(), s.scaling()),
              s.a(),
              s.b(),
              s.c(),
              s.d(),
              s.field()));
    } else if (step instanceof Step.Convert s) {
      return List.of(constant(s.out(), slots));
    } else if (step instanceof Step.Name s) {
      return List.of(new Step.Name(s.in(), s.out(), turned(s.names()), s.field()));
    } else if (step instanceof Step.TimeField s) {
      return List.of(
          new Step.TimeField(s.in(), s.out(), s.calendar(), "Pacific/Apia", s.field()),
          new Step.TimeField(
              s.in(), s.out(), other(Step.Calendar.values(), s.calendar()), s.zone(), s.field()));
    } else {
      return wrongOfTexts(step);
    }
  }

  private static List<Step> wrongOfTexts(Step step) {
    if (step instanceof Step.Index s) {
      return List.of(new Step.Index(s.in(), s.out(), turned(s.values()), s.field()));
    } else if (step instanceof Step.OneHot s) {
      return List.of(new Step.OneHot(s.in(), turned(s.out()), s.least(), s.field()));
    } else if (step instanceof Step.Text s) {
      Step.TextOperation other = other(Step.TextOperation.values(), s.operation());
      return List.of(
          new Step.Text(s.in(), s.out(), other, s.pairs(), s.list(), s.value(), s.field()));
    } else if (step instanceof Step.Concatenate s) {
      return List.of(
          new Step.Concatenate(turned(s.in()), s.out(), s.delimiter(), s.field()),
          new Step.Concatenate(s.in(), s.out(), s.delimiter() + "!", s.field()));
    } else if (step instanceof Step.Choose s) {
      return List.of(
          new Step.Choose(s.when(), s.otherwise(), s.then(), s.out(), s.field()),
          new Step.Choose(
              new Condition.Not(s.when()), s.then(), s.otherwise(), s.out(), s.field()));
    } else if (step instanceof Step.Filter s) {
      return List.of(new Step.Filter(new Condition.Not(s.when()), s.field()));
    }
    return List.of(); // by reference: DataVec itself runs it
  }

  private static Step constant(int out, List<Kind> slots) {
    return new Step.Constant(
        Operand.constant(slots.get(out) == Kind.TEXT ? "another" : "5"), out, "");
  }

  private static Step.Operation other(Step.Operation operation) {
    return switch (operation) {
      case ADD -> Step.Operation.SUBTRACT;
      case SUBTRACT, SUBTRACT_FROM, MULTIPLY, DIVIDE, MODULUS, DIVIDE_INTO -> Step.Operation.ADD;
      case MIN -> Step.Operation.MAX;
      case MAX -> Step.Operation.MIN;
    };
  }

  /** The next in the order of the source. */
  private static <T extends Enum<T>> T other(T[] all, T one) {
    List<T> order = List.of(all);
    return order.get((order.indexOf(one) + 1) % order.size());
  }

  private static <T> List<T> turned(List<T> list) {
    List<T> turned = new ArrayList<>(list);
    Collections.rotate(turned, 1);
    return turned;
  }

  private static Map<Integer, String> turned(Map<Integer, String> names) {
    List<Integer> keys = names.keySet().stream().sorted().toList();
    List<String> values = turned(keys.stream().map(names::get).toList());
    Map<Integer, String> turned = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      turned.put(keys.get(i), values.get(i));
    }
    return turned;
  }

  /** The kinds of steps that a bundle's transform has. */
  static Stream<Class<?>> kinds(Bundle bundle) {
    return pipeline(bundle).transform().steps().stream().map(Step::getClass);
  }
}
