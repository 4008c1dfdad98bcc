package dev.nightjar.dl4j.onnx;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.jspecify.annotations.Nullable;

/**
 * Sees that no option of a layer is passed over. Each is read by the layer's class here, or has no
 * effect on what the network gives, or is at its zero; any other refuses the layer, also one that a
 * later DL4J adds.
 */
final class Options {

  /** What only training, a graphics card or the guessing of shapes before training looks at. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "layerName",
          "iDropout",
          "constraints",
          "weightInitFn",
          "weightInitFnRecurrent",
          "biasInit",
          "gainInit",
          "forgetGateBiasInit",
          "regularization",
          "regularizationBias",
          "iUpdater",
          "biasUpdater",
          "gradientNormalization",
          "gradientNormalizationThreshold",
          "lossFn",
          "nIn",
          "nOut",
          "timeDistributedFormat",
          "helperAllowFallback",
          "cudnnAllowFallback",
          "cudnnAlgoMode",
          "cudnnFwdAlgo",
          "cudnnBwdFilterAlgo",
          "cudnnBwdDataAlgo",
          "defaultValueOverriden",
          "defaultValueOverridden");

  private Options() {}

  /**
   * Refuses options that nobody reads.
   *
   * @param read those that the caller reads
   */
  static void check(Object configuration, String... read) {
    Set<String> known = new HashSet<>(Arrays.asList(read));
    for (Class<?> type = configuration.getClass();
        type != null && type != Object.class;
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())
            && !field.isSynthetic()
            && !WITHOUT_EFFECT.contains(field.getName())
            && !known.contains(field.getName())) {
          refuseSet(field, configuration);
        }
      }
    }
    if (configuration instanceof BaseLayer layer && layer.getWeightNoise() != null) {
      checkNoise(layer.getWeightNoise());
    }
  }

  private static void refuseSet(Field field, Object configuration) {
    if (field.getName().equals("weightNoise")) {
      return;
    }
    Object value;
    try {
      field.setAccessible(true);
      value = field.get(configuration);
    } catch (IllegalAccessException | RuntimeException e) {
      throw new RefusedException("its option " + field.getName() + " cannot be read");
    }
    if (!isZero(value)) {
      throw new RefusedException(
          "its option " + field.getName() + " is " + words(value) + ", which is not converted");
    }
  }

  private static boolean isZero(@Nullable Object value) {
    return value == null
        || value.equals(false)
        || (value instanceof Number number && number.doubleValue() == 0)
        || (value instanceof Collection<?> some && some.isEmpty())
        || (value instanceof Map<?, ?> some && some.isEmpty())
        || (value.getClass().isArray() && Array.getLength(value) == 0);
  }

  private static String words(@Nullable Object value) {
    return value == null || value.getClass().isArray() ? "set" : value.toString();
  }

  /** On biases both kinds of noise are at work after training too, by a slip of DL4J's. */
  private static void checkNoise(IWeightNoise noise) {
    boolean quiet =
        (noise.getClass() == DropConnect.class && !((DropConnect) noise).isApplyToBiases())
            || (noise.getClass() == WeightNoise.class && !((WeightNoise) noise).isApplyToBias());
    if (!quiet) {
      throw new RefusedException(
          "its weight noise " + noise.getClass().getSimpleName() + " changes biases at random");
    }
  }
}
