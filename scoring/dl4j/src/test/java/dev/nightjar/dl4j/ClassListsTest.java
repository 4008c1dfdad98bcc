package dev.nightjar.dl4j;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.TransformProcess;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;
import org.nd4j.shade.jackson.databind.BeanDescription;
import org.nd4j.shade.jackson.databind.JavaType;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.introspect.AnnotatedMember;
import org.nd4j.shade.jackson.databind.introspect.BeanPropertyDefinition;

/** The lists of classes held against the libraries' jars: what they rest on is true there. */
class ClassListsTest {
  /** Parts of the libraries that are not on the lists, and why. */
  private static final Map<String, String> LEFT_OUT =
      Map.ofEntries(
          Map.entry("org.datavec.api.conf.Configuration", "reads files and addresses"),
          Map.entry("org.datavec.api.formats.input.impl.CSVInputFormat", "reads files"),
          Map.entry("org.datavec.api.formats.input.impl.LibSvmInputFormat", "reads files"),
          Map.entry("org.datavec.api.formats.input.impl.LineInputFormat", "reads files"),
          Map.entry("org.datavec.api.formats.input.impl.ListStringInputFormat", "reads files"),
          Map.entry("org.datavec.api.formats.input.impl.MatlabInputFormat", "reads files"),
          Map.entry("org.datavec.api.formats.input.impl.SVMLightInputFormat", "reads files"),
          Map.entry("org.datavec.api.writable.NDArrayWritable", "an array out of JSON"),
          Map.entry("org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer", "likewise"),
          Map.entry(
              "org.deeplearning4j.nn.weights.embeddings.ArrayEmbeddingInitializer", "likewise"),
          Map.entry("org.deeplearning4j.nn.weights.embeddings.WeightInitEmbedding", "likewise"),
          Map.entry(
              "org.deeplearning4j.nn.conf.distribution.serde.LegacyDistributionHelper",
              "part of a reader"),
          Map.entry("org.deeplearning4j.nn.layers.util.IdentityLayer", "part of Keras import"));

  /** Types that would let JSON name a class, or hold whatever it likes. */
  private static final Set<String> DANGEROUS =
      Set.of(
          "java.lang.Class",
          "java.lang.Object",
          "java.io.Serializable",
          "java.io.File",
          "java.nio.file.Path",
          "java.net.URL",
          "java.net.URI",
          "java.lang.Comparable");

  @Test
  void every_part_that_the_jars_bring_is_on_a_list_or_left_out_for_a_reason() throws Exception {
    Set<String> listed = new TreeSet<>(listed());
    listed.addAll(LEFT_OUT.keySet());
    assertThat(partsOfTheJars()).hasSizeGreaterThan(300).isEqualTo(listed);
  }

  @Test
  void jackson_finds_types_under_the_keys_that_are_looked_at() throws Exception {
    Map<String, Set<String>> keys = new TreeMap<>();
    for (String name : listed()) {
      JsonTypeInfo info = typeInfo(Class.forName(name, false, getClass().getClassLoader()));
      if (info == null || info.use() == JsonTypeInfo.Id.NAME) {
        // Names of a fixed list, and never beside others where it could be a class.
        assertThat(info == null ? null : info.include()).isIn(null, JsonTypeInfo.As.WRAPPER_OBJECT);
        continue;
      }
      assertThat(info.use()).as(name).isEqualTo(JsonTypeInfo.Id.CLASS);
      assertThat(info.include()).as(name).isEqualTo(JsonTypeInfo.As.PROPERTY);
      String key = info.property().isEmpty() ? "@class" : info.property();
      keys.computeIfAbsent(key, any -> new TreeSet<>()).add(name);
    }
    assertThat(keys.keySet()).isEqualTo(new TreeSet<>(CheckedJson.CLASS_KEYS));
    assertThat(keys.get("type")).allMatch(name -> name.contains(".distribution."));
  }

  @Test
  void no_property_of_a_listed_class_is_a_class_or_anything_at_all() throws Exception {
    Map<String, Set<String>> types = new TreeMap<>();
    Set<JavaType> seen = new HashSet<>();
    Deque<JavaType> open = new ArrayDeque<>(roots());
    while (!open.isEmpty()) {
      JavaType type = open.poll();
      if (!seen.add(type)) {
        continue;
      }
      if (type.isContainerType()) {
        add(open, type.getKeyType());
        add(open, type.getContentType());
        continue;
      }
      types
          .computeIfAbsent(type.getRawClass().getName(), any -> new TreeSet<>())
          .add(type.toCanonical());
      if (hasProperties(type)) {
        properties(type).forEach(property -> add(open, property));
      }
    }
    assertThat(types).hasSizeGreaterThan(300);
    assertThat(types.keySet()).doesNotContainAnyElementsOf(DANGEROUS);
  }

  private static void add(Deque<JavaType> open, JavaType type) {
    if (type != null) {
      open.add(type);
    }
  }

  /** Types of the JDK are Jackson's own business; an array of numbers is read by ND4J. */
  private static boolean hasProperties(JavaType type) {
    String name = type.getRawClass().getName();
    return !type.isPrimitive()
        && !type.isEnumType()
        && !name.startsWith("java.")
        && !name.startsWith("org.joda.")
        && !name.startsWith("org.nd4j.linalg.api.");
  }

  private static List<JavaType> properties(JavaType type) {
    BeanDescription bean = mapper(type).getDeserializationConfig().introspect(type);
    List<JavaType> types = new ArrayList<>();
    for (BeanPropertyDefinition property : bean.findProperties()) {
      AnnotatedMember mutator = property.getMutator();
      if (mutator != null) {
        types.add(property.getPrimaryType());
      }
    }
    return types;
  }

  private static List<JavaType> roots() throws ClassNotFoundException {
    List<JavaType> roots = new ArrayList<>();
    List<Class<?>> classes =
        new ArrayList<>(
            List.of(
                MultiLayerConfiguration.class,
                ComputationGraphConfiguration.class,
                NeuralNetConfiguration.class,
                TransformProcess.class,
                DataAction.class));
    for (String name : listed()) {
      classes.add(Class.forName(name, false, ClassListsTest.class.getClassLoader()));
    }
    for (Class<?> type : classes) {
      roots.add(mapper(type.getName()).constructType(type));
    }
    return roots;
  }

  private static ObjectMapper mapper(JavaType type) {
    return mapper(type.getRawClass().getName());
  }

  private static ObjectMapper mapper(String name) {
    return name.startsWith("org.datavec.")
        ? org.datavec.api.transform.serde.JsonMappers.getMapper()
        : org.deeplearning4j.nn.conf.serde.JsonMappers.getMapper();
  }

  private static Set<String> listed() {
    Set<String> names = new TreeSet<>(ClassList.NETWORK.names());
    names.addAll(ClassList.TRANSFORM.names());
    return names;
  }

  /** Everything in the jars that Jackson could make by a name in a network or a transform. */
  private static Set<String> partsOfTheJars() throws IOException {
    Set<String> parts = new TreeSet<>();
    for (Class<?> of :
        List.of(MultiLayerConfiguration.class, IActivation.class, TransformProcess.class)) {
      Path jar = Path.of(of.getProtectionDomain().getCodeSource().getLocation().getPath());
      try (JarFile file = new JarFile(jar.toFile())) {
        parts.addAll(
            file.stream()
                .map(JarEntry::getName)
                .filter(name -> name.endsWith(".class"))
                .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                .filter(ClassListsTest::isPart)
                .collect(toCollection(TreeSet::new)));
      }
    }
    return parts;
  }

  private static boolean isPart(String name) {
    try {
      Class<?> type = Class.forName(name, false, ClassListsTest.class.getClassLoader());
      if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
        return false;
      }
      return BASES.stream().anyMatch(base -> base.isAssignableFrom(type));
    } catch (LinkageError | ClassNotFoundException e) {
      return false; // needs a jar that is not on the class path, so nothing can make it
    }
  }

  private static final List<Class<?>> BASES = bases();

  private static List<Class<?>> bases() {
    List<Class<?>> bases = new ArrayList<>();
    for (String name :
        List.of(
            "org.deeplearning4j.nn.conf.layers.Layer",
            "org.deeplearning4j.nn.conf.graph.GraphVertex",
            "org.deeplearning4j.nn.conf.InputPreProcessor",
            "org.deeplearning4j.nn.conf.distribution.Distribution",
            "org.deeplearning4j.nn.conf.dropout.IDropout",
            "org.deeplearning4j.nn.conf.weightnoise.IWeightNoise",
            "org.deeplearning4j.nn.weights.IWeightInit",
            "org.deeplearning4j.nn.weights.embeddings.EmbeddingInitializer",
            "org.deeplearning4j.nn.api.layers.LayerConstraint",
            "org.deeplearning4j.nn.conf.stepfunctions.StepFunction",
            "org.deeplearning4j.nn.conf.layers.variational.ReconstructionDistribution",
            "org.deeplearning4j.nn.conf.inputs.InputType",
            "org.nd4j.linalg.activations.IActivation",
            "org.nd4j.linalg.lossfunctions.ILossFunction",
            "org.nd4j.linalg.learning.config.IUpdater",
            "org.nd4j.linalg.learning.regularization.Regularization",
            "org.nd4j.linalg.schedule.ISchedule",
            "org.datavec.api.transform.Transform",
            "org.datavec.api.transform.condition.Condition",
            "org.datavec.api.transform.filter.Filter",
            "org.datavec.api.transform.metadata.ColumnMetaData",
            "org.datavec.api.transform.rank.CalculateSortedRank",
            "org.datavec.api.transform.reduce.IAssociativeReducer",
            "org.datavec.api.transform.schema.Schema",
            "org.datavec.api.transform.sequence.SequenceComparator",
            "org.datavec.api.transform.sequence.SequenceSplit",
            "org.datavec.api.transform.sequence.window.WindowFunction",
            "org.datavec.api.transform.stringreduce.IStringReducer",
            "org.datavec.api.writable.Writable",
            "org.datavec.api.writable.comparator.WritableComparator")) {
      try {
        bases.add(Class.forName(name, false, ClassListsTest.class.getClassLoader()));
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
    return bases;
  }

  /** Of the class itself or of anything that it extends or implements. */
  private static JsonTypeInfo typeInfo(Class<?> type) {
    Deque<Class<?>> open = new ArrayDeque<>(List.of(type));
    while (!open.isEmpty()) {
      Class<?> next = open.poll();
      JsonTypeInfo info = next.getAnnotation(JsonTypeInfo.class);
      if (info != null) {
        return info;
      }
      open.addAll(List.of(next.getInterfaces()));
      if (next.getSuperclass() != null) {
        open.add(next.getSuperclass());
      }
    }
    return null;
  }
}
