package dev.nightjar.result;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.datasources.LogicalRelation$;
import scala.Function1;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * Lets SQL name an output path in place of a table, {@code SELECT * FROM
 * nightjar.`out/flight-delay`}, in sessions with {@code
 * spark.sql.extensions=dev.nightjar.result.NightjarExtensions}. Without it Spark does so only for
 * formats whose files it lists itself, and takes everything that lies there.
 */
public final class NightjarExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {

  /** Adds the rule. It goes before Spark's own for paths, which would refuse ours. */
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    extensions.injectHintResolutionRule(
        new AbstractFunction1<>() {
          @Override
          public Rule<LogicalPlan> apply(SparkSession spark) {
            return new PathRule(spark);
          }
        });
    return BoxedUnit.UNIT;
  }

  private static final class PathRule extends Rule<LogicalPlan> {
    private final SparkSession spark;

    PathRule(SparkSession spark) {
      this.spark = spark;
    }

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      return plan.resolveOperatorsUp(new PathToResults(spark));
    }
  }

  private static final class PathToResults
      extends AbstractPartialFunction<LogicalPlan, LogicalPlan> {
    private final SparkSession spark;

    PathToResults(SparkSession spark) {
      this.spark = spark;
    }

    @Override
    public boolean isDefinedAt(LogicalPlan plan) {
      return plan instanceof UnresolvedRelation relation
          && relation.multipartIdentifier().size() == 2
          && relation.multipartIdentifier().head().toLowerCase(Locale.ROOT).equals("nightjar");
    }

    /** Scala's way to call and test at once. */
    @Override
    @SuppressWarnings("unchecked") // the declared result of Scala's method is wider than ours
    public <A extends LogicalPlan, B> B applyOrElse(A plan, Function1<A, B> otherwise) {
      if (!isDefinedAt(plan)) {
        return otherwise.apply(plan);
      }
      UnresolvedRelation relation = (UnresolvedRelation) (LogicalPlan) plan;
      return (B) results(relation.multipartIdentifier(), new HashMap<>(relation.options()));
    }

    private LogicalPlan results(Seq<String> name, Map<String, String> options) {
      options.put("path", name.last());
      return LogicalRelation$.MODULE$.apply(NightjarSource.relation(spark, options), false);
    }
  }
}
