package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.udfs.sql.Catalyst;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.FunctionTableSubqueryArgumentExpression;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * The table function {@code qwenvl_read(TABLE(table or query), task)}: the rows of a query that has
 * a column {@code uri}, once for each part of its document, with a column {@code answer}.
 */
final class ReadFunction {
  private static final String NAME = "qwenvl_read";
  private static final Pattern TASK = Pattern.compile("[A-Za-z0-9_-]+");

  private static final String TEMPLATE =
      """
      SELECT * FROM _query LATERAL VIEW explode(qwenvl_answers(uri, '%s')) AS answer
      """;

  private ReadFunction() {}

  static void addTo(SparkSessionExtensions extensions) {
    extensions.injectTableFunction(
        Catalyst.function(new FunctionIdentifier(NAME), info(), ReadFunction::plan));
  }

  private static ExpressionInfo info() {
    return new ExpressionInfo(
        ReadFunction.class.getName(),
        null,
        NAME,
        "_FUNC_(query, task) - the rows of a table or query, once for each part of the document"
            + " in their column uri, with what a run would write as a column answer.",
        "",
        "\n    Examples:\n      SELECT uri, answer.part.page, answer.text FROM"
            + " _FUNC_(TABLE(documents), 'ocr');\n",
        "",
        "",
        "0.1.0",
        "",
        "java_udf");
  }

  private static LogicalPlan plan(List<Expression> given) {
    if (given.size() != 2) {
      throw new BadRequestException("%s: a table or query, and a task are needed".formatted(NAME));
    }
    String task = ModelFunctions.constant(NAME, "task", given.get(1));
    if (!TASK.matcher(task).matches()) {
      throw new BadRequestException("%s: \"%s\" is no task's name".formatted(NAME, task));
    }
    LogicalPlan query = query(given.get(0));
    return parsed(TEMPLATE.formatted(task))
        .resolveOperatorsUp(
            new Replacement<>(UnresolvedRelation.class::isInstance, relation -> query));
  }

  /** {@code TABLE(documents)}, {@code TABLE(SELECT …)}, or the same as a text. */
  private static LogicalPlan query(Expression given) {
    if (given instanceof FunctionTableSubqueryArgumentExpression table) {
      return table.plan();
    }
    String query = ModelFunctions.constant(NAME, "query", given).strip();
    boolean isTable = query.chars().noneMatch(Character::isWhitespace);
    return parsed(isTable ? "TABLE " + query : query);
  }

  private static LogicalPlan parsed(String query) {
    try {
      return SparkSession.active().sessionState().sqlParser().parsePlan(query);
    } catch (ParseException e) {
      throw new BadRequestException(
          "%s: the query cannot be read: %s".formatted(NAME, e.getMessage()), e);
    }
  }
}
