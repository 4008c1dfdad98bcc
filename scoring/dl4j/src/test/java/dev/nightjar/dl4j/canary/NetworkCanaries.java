package dev.nightjar.dl4j.canary;

import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.variational.GaussianReconstructionDistribution;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.schedule.FixedSchedule;

/** Parts of networks that fit wherever DL4J takes such a part. */
public final class NetworkCanaries {
  private NetworkCanaries() {}

  @SuppressWarnings("serial")
  public static class Layer extends DenseLayer {
    static {
      Canary.sing("NetworkCanaries.Layer was initialised");
    }

    public Layer() {
      super();
      Canary.sing("NetworkCanaries.Layer was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Output extends OutputLayer {
    static {
      Canary.sing("NetworkCanaries.Output was initialised");
    }

    public Output() {
      super();
      Canary.sing("NetworkCanaries.Output was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Activation extends ActivationReLU {
    static {
      Canary.sing("NetworkCanaries.Activation was initialised");
    }

    public Activation() {
      super();
      Canary.sing("NetworkCanaries.Activation was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Loss extends LossMSE {
    static {
      Canary.sing("NetworkCanaries.Loss was initialised");
    }

    public Loss() {
      super();
      Canary.sing("NetworkCanaries.Loss was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Updater extends NoOp {
    static {
      Canary.sing("NetworkCanaries.Updater was initialised");
    }

    public Updater() {
      super();
      Canary.sing("NetworkCanaries.Updater was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Schedule extends FixedSchedule {
    static {
      Canary.sing("NetworkCanaries.Schedule was initialised");
    }

    public Schedule() {
      super(0.1);
      Canary.sing("NetworkCanaries.Schedule was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Regularization extends L2Regularization {
    static {
      Canary.sing("NetworkCanaries.Regularization was initialised");
    }

    public Regularization() {
      super(0.1);
      Canary.sing("NetworkCanaries.Regularization was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Dropout extends org.deeplearning4j.nn.conf.dropout.Dropout {
    static {
      Canary.sing("NetworkCanaries.Dropout was initialised");
    }

    public Dropout() {
      super(0.5);
      Canary.sing("NetworkCanaries.Dropout was made");
    }
  }

  @SuppressWarnings("serial")
  public static class WeightNoise extends DropConnect {
    static {
      Canary.sing("NetworkCanaries.WeightNoise was initialised");
    }

    public WeightNoise() {
      super(0.5);
      Canary.sing("NetworkCanaries.WeightNoise was made");
    }
  }

  @SuppressWarnings("serial")
  public static class WeightInit extends WeightInitXavier {
    static {
      Canary.sing("NetworkCanaries.WeightInit was initialised");
    }

    public WeightInit() {
      super();
      Canary.sing("NetworkCanaries.WeightInit was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Distribution extends NormalDistribution {
    static {
      Canary.sing("NetworkCanaries.Distribution was initialised");
    }

    public Distribution() {
      super(0, 1);
      Canary.sing("NetworkCanaries.Distribution was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Constraint extends NonNegativeConstraint {
    static {
      Canary.sing("NetworkCanaries.Constraint was initialised");
    }

    public Constraint() {
      super();
      Canary.sing("NetworkCanaries.Constraint was made");
    }
  }

  @SuppressWarnings("serial")
  public static class StepFunction extends org.deeplearning4j.nn.conf.stepfunctions.StepFunction {
    static {
      Canary.sing("NetworkCanaries.StepFunction was initialised");
    }

    public StepFunction() {
      super();
      Canary.sing("NetworkCanaries.StepFunction was made");
    }
  }

  @SuppressWarnings("serial")
  public static class PreProcessor extends CnnToRnnPreProcessor {
    static {
      Canary.sing("NetworkCanaries.PreProcessor was initialised");
    }

    public PreProcessor() {
      super(1, 1, 1);
      Canary.sing("NetworkCanaries.PreProcessor was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Vertex extends MergeVertex {
    static {
      Canary.sing("NetworkCanaries.Vertex was initialised");
    }

    public Vertex() {
      super();
      Canary.sing("NetworkCanaries.Vertex was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Reconstruction extends GaussianReconstructionDistribution {
    static {
      Canary.sing("NetworkCanaries.Reconstruction was initialised");
    }

    public Reconstruction() {
      super();
      Canary.sing("NetworkCanaries.Reconstruction was made");
    }
  }
}
