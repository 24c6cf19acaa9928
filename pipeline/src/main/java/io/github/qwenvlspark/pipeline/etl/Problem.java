package io.github.qwenvlspark.pipeline.etl;

import static org.apache.spark.sql.types.DataTypes.StringType;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * A value that stayed out of its column.
 *
 * @param field where it belongs, such as {@code items[2].price}, counted from 0
 * @param value as the model wrote it
 * @param reason without the value
 */
public record Problem(String field, String value, String reason) {
  static final StructType SCHEMA =
      new StructType().add("field", StringType).add("value", StringType).add("reason", StringType);

  Row toRow() {
    return RowFactory.create(field, value, reason);
  }
}
