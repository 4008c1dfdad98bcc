package dev.nightjar.dl4j.canary;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.datavec.api.transform.condition.column.TrivialColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.sequence.comparator.StringComparator;
import org.datavec.api.transform.sequence.split.SplitMaxLengthSequence;
import org.datavec.api.transform.sequence.window.TimeWindowFunction;
import org.datavec.api.transform.transform.column.RemoveColumnsTransform;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.comparator.IntWritableComparator;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Parts of transforms that fit wherever DataVec takes such a part. */
public final class TransformCanaries {
  private TransformCanaries() {}

  @SuppressWarnings("serial")
  public static class Step extends RemoveColumnsTransform {
    static {
      Canary.sing("TransformCanaries.Step was initialised");
    }

    public Step() {
      super("hour");
      Canary.sing("TransformCanaries.Step was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Condition extends TrivialColumnCondition {
    static {
      Canary.sing("TransformCanaries.Condition was initialised");
    }

    public Condition() {
      super("hour");
      Canary.sing("TransformCanaries.Condition was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Filter extends ConditionFilter {
    static {
      Canary.sing("TransformCanaries.Filter was initialised");
    }

    public Filter() {
      super(new TrivialColumnCondition("hour"));
      Canary.sing("TransformCanaries.Filter was made");
    }
  }

  @SuppressWarnings("serial")
  public static class MetaData extends IntegerMetaData {
    static {
      Canary.sing("TransformCanaries.MetaData was initialised");
    }

    public MetaData() {
      super("hour");
      Canary.sing("TransformCanaries.MetaData was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Schema extends org.datavec.api.transform.schema.Schema {
    static {
      Canary.sing("TransformCanaries.Schema was initialised");
    }

    @JsonCreator
    public Schema(@JsonProperty("columns") List<ColumnMetaData> columns) {
      super(List.of(new IntegerMetaData("hour")));
      Canary.sing("TransformCanaries.Schema was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Value extends IntWritable {
    static {
      Canary.sing("TransformCanaries.Value was initialised");
    }

    public Value() {
      super(1);
      Canary.sing("TransformCanaries.Value was made");
    }
  }

  @SuppressWarnings("serial")
  public static class ValueOrder extends IntWritableComparator {
    static {
      Canary.sing("TransformCanaries.ValueOrder was initialised");
    }

    public ValueOrder() {
      super();
      Canary.sing("TransformCanaries.ValueOrder was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Split extends SplitMaxLengthSequence {
    static {
      Canary.sing("TransformCanaries.Split was initialised");
    }

    public Split() {
      super(1, true);
      Canary.sing("TransformCanaries.Split was made");
    }
  }

  @SuppressWarnings("serial")
  public static class SequenceOrder extends StringComparator {
    static {
      Canary.sing("TransformCanaries.SequenceOrder was initialised");
    }

    public SequenceOrder() {
      super("hour");
      Canary.sing("TransformCanaries.SequenceOrder was made");
    }
  }

  @SuppressWarnings("serial")
  public static class Window extends TimeWindowFunction {
    static {
      Canary.sing("TransformCanaries.Window was initialised");
    }

    public Window() {
      super("hour", 1, TimeUnit.HOURS);
      Canary.sing("TransformCanaries.Window was made");
    }
  }
}
