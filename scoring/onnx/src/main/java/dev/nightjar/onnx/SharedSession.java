package dev.nightjar.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.nightjar.data.Sha256;
import dev.nightjar.engine.Device;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A model inside the library: one for all networks that have the same bytes and device, so that the
 * weights lie in memory once, however many threads score. Sessions may be run by several threads at
 * once; thread-safe.
 */
final class SharedSession {

  /** Those that are open. Its monitor guards their counts too. */
  private static final Map<Key, SharedSession> OPEN = new HashMap<>();

  private final Key key;
  private final OrtSession session;
  private int users;

  private SharedSession(Key key, OrtSession session) {
    this.key = key;
    this.session = session;
  }

  /** What networks must have in common: the digest of their bytes, and their device. */
  private record Key(String digest, Device device) {}

  /** The library, which is started when it is first used and stays as long as the JVM. */
  static OrtEnvironment environment() {
    return NativeLibrary.environment();
  }

  /**
   * The session of a model that has been checked; each opening needs its {@link #release}.
   *
   * @throws OrtException when the library does not take it, or cannot use the device
   */
  static SharedSession open(byte[] model, Device device) throws OrtException {
    Key key = new Key(Sha256.of(model), device);
    synchronized (OPEN) {
      SharedSession open = OPEN.get(key);
      if (open == null) {
        open = new SharedSession(key, create(model, device));
        OPEN.put(key, open);
      }
      open.users++;
      return open;
    }
  }

  /** How many models lie in the library's memory. */
  static int open() {
    synchronized (OPEN) {
      return OPEN.size();
    }
  }

  private static OrtSession create(byte[] model, Device device) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // Who scores has a thread for each core already.
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      // An arena keeps the most that any batch ever needed, and a pattern of memory for each size
      // of batch; without them a call's memory goes back when it ends.
      options.setCPUArenaAllocator(false);
      options.setMemoryPatternOptimization(false);
      // Never to be guessed from the bytes: what was checked is ONNX.
      options.addConfigEntry("session.load_model_format", "ONNX");
      // It moves zeros around an image into the window of a MaxPool, which does not count them.
      options.addConfigEntry("optimization.disable_specified_optimizers", "Pad_Fusion");
      if (device instanceof Device.Gpu gpu) {
        return onGpu(model, options, gpu.ordinal());
      }
      return environment().createSession(model, options);
    }
  }

  private static OrtSession onGpu(byte[] model, OrtSession.SessionOptions options, int ordinal)
      throws OrtException {
    OrtEnvironment library = environment();
    return NativeLibrary.withCuda(
        () -> {
          try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(ordinal)) {
            // Ten bits of a factor's mantissa are not what the golden rows were computed with.
            cuda.add("use_tf32", "0");
            // Else convolutions are tried out, and the one that was fastest then computes.
            cuda.add("cudnn_conv_algo_search", "DEFAULT");
            options.setDeterministicCompute(true);
            options.addCUDA(cuda);
            return library.createSession(model, options);
          }
        });
  }

  /** What it was opened on. */
  Device device() {
    return key.device();
  }

  OrtSession.Result run(Map<String, OnnxTensor> inputs, Set<String> outputs) throws OrtException {
    return session.run(inputs, outputs);
  }

  /** Gives it back; the last user frees it. */
  void release() {
    synchronized (OPEN) {
      users--;
      if (users > 0) {
        return;
      }
      OPEN.remove(key);
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
      }
    }
  }
}
