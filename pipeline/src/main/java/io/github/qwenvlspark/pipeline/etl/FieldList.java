package io.github.qwenvlspark.pipeline.etl;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.etl.FieldType.Day;
import io.github.qwenvlspark.pipeline.etl.FieldType.Exact;
import io.github.qwenvlspark.pipeline.etl.FieldType.Field;
import io.github.qwenvlspark.pipeline.etl.FieldType.Group;
import io.github.qwenvlspark.pipeline.etl.FieldType.Items;
import io.github.qwenvlspark.pipeline.etl.FieldType.Moment;
import io.github.qwenvlspark.pipeline.etl.FieldType.Real;
import io.github.qwenvlspark.pipeline.etl.FieldType.Text;
import io.github.qwenvlspark.pipeline.etl.FieldType.Truth;
import io.github.qwenvlspark.pipeline.etl.FieldType.Whole;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/** Fields as SQL declares columns: {@code invoice_date date, total decimal(18,2)}. */
final class FieldList {
  private FieldList() {}

  /**
   * Reads a list of columns in Spark's SQL.
   *
   * @throws BadRequestException if it is none, or has a type that no field can have
   */
  static List<Field> parse(String list) {
    StructType columns;
    try {
      columns = StructType.fromDDL(list);
    } catch (Exception e) { // Spark's parser throws what it does not declare
      throw new BadRequestException(
          "--schema: cannot read \"%s\"; a file that ends in .json is needed, or columns such as \"invoice_date date, total decimal(18,2)\""
              .formatted(list),
          e);
    }
    return fields(columns, "");
  }

  private static List<Field> fields(StructType columns, String prefix) {
    return Arrays.stream(columns.fields())
        .map(f -> new Field(f.name(), type(f.dataType(), prefix + f.name())))
        .toList();
  }

  private static FieldType type(DataType type, String path) {
    if (type instanceof DecimalType decimal) {
      return new Exact(decimal.precision(), decimal.scale());
    }
    if (type instanceof ArrayType array) {
      return new Items(type(array.elementType(), path + "[]"));
    }
    if (type instanceof StructType group) {
      return new Group(fields(group, path + "."));
    }
    if (type.equals(DataTypes.StringType)) {
      return new Text();
    }
    if (type.equals(DataTypes.IntegerType)) {
      return new Whole(Integer.SIZE);
    }
    if (type.equals(DataTypes.LongType)) {
      return new Whole(Long.SIZE);
    }
    if (type.equals(DataTypes.DoubleType)) {
      return new Real();
    }
    if (type.equals(DataTypes.BooleanType)) {
      return new Truth();
    }
    if (type.equals(DataTypes.DateType)) {
      return new Day();
    }
    if (type.equals(DataTypes.TimestampType)) {
      return new Moment();
    }
    throw new BadRequestException(
        "--schema: %s is %s; a field is string, int, bigint, double, decimal(p,s), boolean, date, timestamp, array<…> or struct<…>"
            .formatted(path, type.sql().toLowerCase(Locale.ROOT)));
  }
}
