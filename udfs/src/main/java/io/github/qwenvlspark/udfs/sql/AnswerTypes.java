package io.github.qwenvlspark.udfs.sql;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The SQL types of parsed answers. */
final class AnswerTypes {
  static final DataType COORDINATES = DataTypes.createArrayType(DataTypes.IntegerType);

  static final StructType ELEMENT =
      new StructType()
          .add("type", DataTypes.StringType)
          .add("text", DataTypes.StringType)
          .add("bbox", COORDINATES)
          .add("html", DataTypes.StringType);

  static final StructType BOX =
      new StructType()
          .add("label", DataTypes.StringType)
          .add("bbox", COORDINATES)
          .add("point", COORDINATES);

  static final StructType MOMENT =
      new StructType()
          .add("start_s", DataTypes.DoubleType)
          .add("end_s", DataTypes.DoubleType)
          .add("text", DataTypes.StringType);

  static final DataType FIELDS =
      DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType);

  static final StructType ACTION =
      new StructType()
          .add("name", DataTypes.StringType)
          .add("action", DataTypes.StringType)
          .add("coordinate", COORDINATES)
          .add("coordinate2", COORDINATES)
          .add("text", DataTypes.StringType)
          .add("keys", DataTypes.createArrayType(DataTypes.StringType))
          .add("pixels", DataTypes.DoubleType)
          .add("time", DataTypes.DoubleType)
          .add("button", DataTypes.StringType)
          .add("status", DataTypes.StringType);

  static final StructType RESIZED =
      new StructType()
          .add("height", DataTypes.IntegerType)
          .add("width", DataTypes.IntegerType)
          .add("visual_tokens", DataTypes.IntegerType);

  private AnswerTypes() {}
}
