package dev.nightjar.dl4j.canary;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;

/** What could come out of a stream of Java objects, or be named by one of ND4J's. */
public final class StreamCanaries {
  private StreamCanaries() {}

  /** Sings when it is deserialized. Made in silence, since a test has to make it. */
  public static final class Gadget implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      Canary.sing("StreamCanaries.Gadget was deserialized");
    }
  }

  /** A normalizer as the header of a file of the type CUSTOM names its serializer. */
  public static class Normalizer extends NormalizerMinMaxScaler {
    static {
      Canary.sing("StreamCanaries.Normalizer was initialised");
    }

    public Normalizer() {
      Canary.sing("StreamCanaries.Normalizer was made");
    }
  }
}
