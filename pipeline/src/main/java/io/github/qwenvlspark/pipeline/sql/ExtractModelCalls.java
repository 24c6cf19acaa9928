package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.udfs.sql.Catalyst;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.types.Metadata;
import scala.collection.Seq;

/**
 * Takes the calls of the model out of a query's expressions and puts an {@link AskModel} below, so
 * that whole partitions are asked at once. Conditions that need no answer come before the question,
 * and so does a limit; a question that stands twice is asked once.
 */
final class ExtractModelCalls extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(
        new Replacement<>(
            node -> hasCalls(node) || isLimitOfAnswers(node),
            node -> isLimitOfAnswers(node) ? limitFirst((LocalLimit) node) : extract(node)));
  }

  private static LogicalPlan extract(LogicalPlan node) {
    if (node.children().size() != 1) {
      throw new BadRequestException(
          "A qwenvl function that asks the model cannot stand in %s; ask in a subquery, and use its column"
              .formatted(node.children().isEmpty() ? node.nodeName() : "a join's condition"));
    }
    LogicalPlan asked = node instanceof Filter filter ? filterFirst(filter) : node;
    while (hasCalls(asked)) { // questions within questions first
      asked = innermost(asked);
    }
    return asked.output().equals(node.output()) ? asked : new Project(named(node.output()), asked);
  }

  private static LogicalPlan innermost(LogicalPlan node) {
    Map<Expression, Attribute> answers = new LinkedHashMap<>();
    for (Expression expression : Catalyst.list(node.expressions())) {
      expression.foreach(
          found -> {
            if (found instanceof ModelCall call && call.children().forall(c -> !holdsCall(c))) {
              answers.computeIfAbsent(call, unused -> column(call));
            }
            return null;
          });
    }
    LogicalPlan asked =
        new AskModel(
            Columns.of(new ArrayList<>(answers.keySet())),
            Columns.of(new ArrayList<>(answers.values())),
            needed(node, node.children().apply(0)));
    LogicalPlan answered =
        node.mapExpressions(
            expression ->
                expression.transformUp(new Replacement<>(answers::containsKey, answers::get)));
    LogicalPlan whole = answered.withNewChildren(Columns.of(List.of(asked)));
    return whole instanceof Generate generate
        ? withoutAnswers(generate, node.children().apply(0).output().size())
        : whole;
  }

  /** Else each row that comes of an answer would carry the whole answer. */
  private static LogicalPlan withoutAnswers(Generate generate, int columns) {
    List<Object> unrequired = new ArrayList<>(Catalyst.list(generate.unrequiredChildIndex()));
    for (int i = columns; i < generate.child().output().size(); i++) {
      unrequired.add(i);
    }
    return new Generate(
        generate.generator(),
        Columns.of(unrequired),
        generate.outer(),
        generate.qualifier(),
        Columns.of(generate.generatorOutput()),
        generate.child());
  }

  private static Attribute column(ModelCall call) {
    return new AttributeReference(
        call.prettyName(),
        call.dataType(),
        true,
        Metadata.empty(),
        NamedExpression.newExprId(),
        Columns.of(List.of()));
  }

  /** Columns that nobody reads are not carried through, and not read from files. */
  private static LogicalPlan needed(LogicalPlan node, LogicalPlan child) {
    if (!(node instanceof Project || node instanceof Aggregate)) {
      return child;
    }
    AttributeSet read = node.references();
    List<Attribute> kept = Catalyst.list(child.output()).stream().filter(read::contains).toList();
    return kept.size() == child.output().size()
        ? child
        : new Project(named(Columns.of(kept)), child);
  }

  /** Rows that other conditions rule out are not asked. */
  private static LogicalPlan filterFirst(Filter filter) {
    List<Expression> conditions = new ArrayList<>();
    split(filter.condition(), conditions);
    List<Expression> cheap = conditions.stream().filter(c -> !holdsCall(c)).toList();
    if (cheap.isEmpty()) {
      return filter;
    }
    List<Expression> dear = conditions.stream().filter(ExtractModelCalls::holdsCall).toList();
    return new Filter(all(dear), new Filter(all(cheap), filter.child()));
  }

  private static void split(Expression condition, List<Expression> conditions) {
    if (condition instanceof And and) {
      split(and.left(), conditions);
      split(and.right(), conditions);
    } else {
      conditions.add(condition);
    }
  }

  private static Expression all(List<Expression> conditions) {
    return conditions.stream().reduce(And::new).orElseThrow();
  }

  /** Whoever wants five answers asks five questions. */
  private static LogicalPlan limitFirst(LocalLimit limit) {
    Project project = (Project) limit.child();
    AskModel asked = (AskModel) project.child();
    LogicalPlan fewer = new LocalLimit(limit.limitExpr(), asked.child());
    return limit.withNewChildren(
        Columns.of(
            List.of(
                project.withNewChildren(
                    Columns.of(List.of(asked.withNewChildren(Columns.of(List.of(fewer)))))))));
  }

  private static boolean isLimitOfAnswers(LogicalPlan node) {
    return node instanceof LocalLimit limit
        && limit.child() instanceof Project project
        && project.child() instanceof AskModel asked
        && !(asked.child() instanceof LocalLimit);
  }

  private static boolean hasCalls(LogicalPlan node) {
    return !(node instanceof AskModel) && node.expressions().exists(ExtractModelCalls::holdsCall);
  }

  private static boolean holdsCall(Expression expression) {
    return expression.exists(found -> found instanceof ModelCall);
  }

  private static scala.collection.immutable.Seq<NamedExpression> named(Seq<Attribute> attributes) {
    return Columns.of(attributes);
  }
}
