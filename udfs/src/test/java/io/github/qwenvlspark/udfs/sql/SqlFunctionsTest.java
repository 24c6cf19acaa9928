package io.github.qwenvlspark.udfs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SqlFunctionsTest {
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = SparkSession.builder().master("local[1]").getOrCreate();
    SqlFunctions.register(spark);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void boxesOfAnAnswerAreRows() {
    assertThat(
            one(
                "SELECT qwenvl_boxes('[{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"cup\"}]')[0].label"))
        .isEqualTo("cup");
  }

  @Test
  void fieldsOfAnAnswerAreAMap() {
    assertThat(one("SELECT qwenvl_fields('{\"total\": 8.5, \"tax\": null}')['total']"))
        .isEqualTo("8.5");
  }

  @Test
  void elementsAndMomentsAreRead() {
    assertThat(one("SELECT qwenvl_elements('<p data-bbox=\"1 2 3 4\">Hi</p>')[0].bbox[3]"))
        .isEqualTo(4);
    assertThat(one("SELECT qwenvl_moments('happens in 64.0 - 72.0 seconds')[0].end_s"))
        .isEqualTo(72.0);
  }

  @Test
  void measuresCompare() {
    assertThat(one("SELECT qwenvl_iou(array(0, 0, 2, 2), array(1, 0, 3, 2))")).isEqualTo(1 / 3.0);
    assertThat(one("SELECT qwenvl_cer('abcd', 'abxx')")).isEqualTo(0.5);
  }

  @Test
  void nullAndUnparsableGiveNull() {
    assertThat(one("SELECT qwenvl_boxes(CAST(NULL AS STRING))")).isNull();
    assertThat(one("SELECT qwenvl_fields('no object here')")).isNull();
    assertThat(one("SELECT qwenvl_cer(NULL, 'a')")).isNull();
  }

  private static Object one(String query) {
    Row row = spark.sql(query).first();
    return row.get(0);
  }
}
