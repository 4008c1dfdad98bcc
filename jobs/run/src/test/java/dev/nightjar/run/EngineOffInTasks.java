package dev.nightjar.run;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.Engine;
import dev.nightjar.engine.EngineNetwork;
import java.util.Optional;
import org.apache.spark.TaskContext;

/**
 * Runs {@link TestProject}'s network, by hand, and for one row wrongly where a task of Spark asks:
 * native code that computes otherwise on the machines of executors, for rows that are not golden.
 */
public final class EngineOffInTasks implements Engine {
  static final String NAME = "off-in-tasks";

  /** The x of the row that comes out wrongly. */
  static final double X = 20;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> unavailable(Device.Kind kind) {
    return kind == Device.Kind.CPU ? Optional.empty() : Optional.of("it runs on the CPU alone");
  }

  @Override
  public EngineNetwork load(Bundle bundle, Device device) {
    return new EngineNetwork() {
      @Override
      public int columns() {
        return 4;
      }

      @Override
      public int units() {
        return 1;
      }

      @Override
      public float[] run(float[] rows, int count) {
        float[] units = new float[count];
        for (int i = 0; i < count; i++) {
          double x = rows[4 * i];
          double right = TestProject.score(x, rows[4 * i + 1] == 1, rows[4 * i + 3]);
          units[i] = (float) (x == X && TaskContext.get() != null ? right + 0.01 : right);
        }
        return units;
      }

      @Override
      public void close() {}
    };
  }
}
