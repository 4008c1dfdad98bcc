package dev.nightjar.engine;

import java.io.Serializable;

/** What a network is run on, in this process. */
public sealed interface Device extends Serializable {
  /** The processor, on which every engine runs. */
  static Device cpu() {
    return new Cpu();
  }

  /** As what plans and records name it. */
  Kind kind();

  /** What a run's networks are on, on whichever machine: the same for every executor. */
  enum Kind {
    CPU,
    GPU
  }

  /** The processor. */
  record Cpu() implements Device {
    @Override
    public Kind kind() {
      return Kind.CPU;
    }
  }

  /**
   * A graphics processor of NVIDIA.
   *
   * @param ordinal which of those that this process sees, counted from 0 as CUDA counts them
   */
  record Gpu(int ordinal) implements Device {
    public Gpu {
      if (ordinal < 0) {
        throw new IllegalArgumentException("GPUs are counted from 0, and this is " + ordinal);
      }
    }

    @Override
    public Kind kind() {
      return Kind.GPU;
    }
  }
}
