package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.write.ResultsTable;
import java.util.List;
import org.apache.spark.sql.Row;

/** What stands where in a row of {@link ResultsTable#ANSWERS}. */
final class AnswerRow {
  private static final int STATUS = column("status");
  private static final int PART = column("part");
  private static final int PAGE = 1;

  private AnswerRow() {}

  static int column(String name) {
    return ResultsTable.ANSWERS.fieldIndex(name);
  }

  static boolean isOk(Row answer) {
    return answer.getString(STATUS).equals("ok");
  }

  static boolean allOk(List<Row> answers) {
    return answers.stream().allMatch(AnswerRow::isOk);
  }

  /** The value of a column of texts. */
  static String text(Row answer, String column) {
    return answer.getString(column(column));
  }

  /** Number of the page, from 1 on, or null. */
  static Object page(Row answer) {
    return answer.getStruct(PART).get(PAGE);
  }
}
