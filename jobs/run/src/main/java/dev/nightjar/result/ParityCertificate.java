package dev.nightjar.result;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of scoring a sample of a run's written rows again, one by one as on request and by
 * the reference. A difference beyond the bundle's tolerance refuses the result.
 *
 * @param rows of the sample
 * @param comparisons with each way that the rows were scored again
 * @param withoutReference why they were not compared with the reference; null when they were
 * @param seconds that the run waited for it
 */
@JsonPropertyOrder({"rows", "comparisons", "without-reference", "seconds"})
public record ParityCertificate(
    Rows rows, List<Comparison> comparisons, @Nullable String withoutReference, double seconds) {
  /** The path of requests. */
  public static final String ONLINE = "online";

  /** The libraries that the model was trained with. */
  public static final String REFERENCE = "reference";

  /** Why a model that came as ONNX cannot be compared with a reference. */
  public static final String FOREIGN =
      "the model came as ONNX from elsewhere and has none; its golden outputs came with it";

  public ParityCertificate {
    rows = rows == null ? new Rows(0, 0, 0) : rows;
    comparisons = comparisons == null ? List.of() : List.copyOf(comparisons);
  }

  /** Whether there can be no reference, as it is with a model from elsewhere. */
  @JsonIgnore
  public boolean isOfForeignModel() {
    return FOREIGN.equals(withoutReference);
  }

  /**
   * The rows of the sample, by what had become of them.
   *
   * @param scored of them
   * @param filtered of them
   * @param rejected behind the join
   */
  @JsonPropertyOrder({"scored", "filtered", "rejected"})
  public record Rows(long scored, long filtered, long rejected) {
    /** All rows. */
    public long total() {
      return scored + filtered + rejected;
    }
  }

  /**
   * The written rows held against those of one other way.
   *
   * @param path {@link #ONLINE} or {@link #REFERENCE}
   * @param rows that were compared
   * @param differing how many of them differ beyond tolerance
   * @param largest by stage the largest difference of numbers, in units of what the tolerance
   *     allows: at most 1 where none is beyond it
   * @param flippedLabels labels and classes that are others though the numbers that they follow
   *     from are equal within tolerance
   */
  @JsonPropertyOrder({"path", "rows", "differing", "largest", "flipped-labels"})
  public record Comparison(
      String path, long rows, long differing, Map<String, Double> largest, long flippedLabels) {
    public Comparison {
      largest =
          largest == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(largest));
    }

    /** The largest difference of any stage. */
    @JsonIgnore
    public double largestOfAll() {
      return largest.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
  }
}
