package dev.nightjar.bench.worker;

import dev.nightjar.bench.work.Prepared;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.engine.EngineNetwork;
import dev.nightjar.engine.Engines;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** The network alone on arrays that lie in memory, on one thread: what no pipeline can beat. */
final class BareEngine {
  private static final int[] BATCHES = {1, 64, 256, 1_024, 4_096};
  private static final double NANOS = 1e9;

  private BareEngine() {}

  /**
   * Rows per second by batch, as {@code <engine>-<batch>}.
   *
   * @param seconds how long each batch is run, after half of that for warming up
   */
  static Map<String, Double> run(Prepared prepared, double seconds) {
    Bundle bundle = Bundle.open(prepared.bundle());
    Map<String, Double> rates = new HashMap<>();
    for (String engine : new String[] {"onnx", "dl4j"}) {
      try (EngineNetwork network = Engines.engine(engine).load(bundle)) {
        for (int batch : BATCHES) {
          float[] rows = rows(batch * network.columns());
          rate(network, rows, batch, seconds / 2);
          rates.put(engine + "-" + batch, rate(network, rows, batch, seconds));
        }
      }
    }
    return rates;
  }

  private static float[] rows(int length) {
    SplittableRandom random = new SplittableRandom(1);
    float[] rows = new float[length];
    for (int i = 0; i < length; i++) {
      rows[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return rows;
  }

  private static double rate(EngineNetwork network, float[] rows, int batch, double seconds) {
    long start = System.nanoTime();
    long done = 0;
    double took;
    do {
      network.run(rows, batch);
      done += batch;
      took = (System.nanoTime() - start) / NANOS;
    } while (took < seconds);
    return done / took;
  }
}
