package dev.nightjar.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nightjar.data.Sha256;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A model inside the library: one for all networks that have the same bytes, so that the weights
 * lie in memory once, however many threads score. Sessions may be run by several threads at once;
 * thread-safe.
 */
final class SharedSession {

  /** Those that are open, by the digest of their bytes. Its monitor guards their counts too. */
  private static final Map<String, SharedSession> OPEN = new HashMap<>();

  private final String digest;
  private final OrtSession session;
  private int users;

  private SharedSession(String digest, OrtSession session) {
    this.digest = digest;
    this.session = session;
  }

  /** The library, which is started when it is first used and stays as long as the JVM. */
  static OrtEnvironment environment() {
    return NativeLibrary.environment();
  }

  /**
   * The session of a model that has been checked; each opening needs its {@link #release}.
   *
   * @throws OrtException when the library does not take it
   */
  static SharedSession open(byte[] model) throws OrtException {
    String digest = Sha256.of(model);
    synchronized (OPEN) {
      SharedSession open = OPEN.get(digest);
      if (open == null) {
        open = new SharedSession(digest, create(model));
        OPEN.put(digest, open);
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

  private static OrtSession create(byte[] model) throws OrtException {
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
      return environment().createSession(model, options);
    }
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
      OPEN.remove(digest);
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
      }
    }
  }
}
