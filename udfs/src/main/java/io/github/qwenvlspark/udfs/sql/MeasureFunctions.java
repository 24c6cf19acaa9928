package io.github.qwenvlspark.udfs.sql;

import static org.apache.spark.sql.functions.udf;

import io.github.qwenvlspark.udfs.measure.Anls;
import io.github.qwenvlspark.udfs.measure.EditDistance;
import io.github.qwenvlspark.udfs.sql.SqlFunction.Form;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/** Functions that compare an answer with what is true. */
final class MeasureFunctions {
  static final List<SqlFunction> ALL =
      List.of(
          measure(
              "qwenvl_cer",
              "character error rate: edit distance over truth's length.",
              EditDistance::characterErrorRate,
              new FunctionPage.Example("_FUNC_('abcd', 'abxx')", "0.5")),
          measure(
              "qwenvl_wer",
              "word error rate: edit distance over truth's words.",
              EditDistance::wordErrorRate,
              new FunctionPage.Example("_FUNC_('total 12 EUR', 'total 12 USD 5')", "0.5")),
          measure(
              "qwenvl_anls",
              "normalized similarity of DocVQA: 1 right, 0 half wrong.",
              (answer, truth) -> Anls.of(answer, List.of(truth)),
              new FunctionPage.Example("_FUNC_('ACME', 'acme')", "1.0")));

  private MeasureFunctions() {}

  /** Travels to executors inside a UDF. */
  private interface Measure extends Serializable {
    double of(String answer, String truth);
  }

  private static SqlFunction measure(
      String name, String gives, Measure measure, FunctionPage.Example example) {
    UDF2<String, String, Double> of =
        (answer, truth) -> answer == null || truth == null ? null : measure.of(answer, truth);
    return SqlFunction.of(
        name,
        FunctionPage.of("_FUNC_(answer, truth) - " + gives)
            .argument("answer", "what the model wrote")
            .argument("truth", "what it should have written")
            .example(example.call(), example.result()),
        new Form(
            List.of(DataTypes.StringType, DataTypes.StringType), udf(of, DataTypes.DoubleType)));
  }
}
