package io.github.qwenvlspark.pipeline.etl;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What a field's value is in the table. Immutable. */
public sealed interface FieldType extends Serializable {
  /** The type of the column. */
  DataType sparkType();

  /** Text as the model wrote it. */
  record Text() implements FieldType {
    private static final long serialVersionUID = 1L;

    @Override
    public DataType sparkType() {
      return DataTypes.StringType;
    }
  }

  /** One of some texts. */
  record Choice(List<String> values) implements FieldType {
    private static final long serialVersionUID = 1L;

    public Choice {
      values = List.copyOf(values);
    }

    @Override
    public DataType sparkType() {
      return DataTypes.StringType;
    }
  }

  /** A whole number of 32 or 64 bits. */
  record Whole(int bits) implements FieldType {
    private static final long serialVersionUID = 1L;

    @Override
    public DataType sparkType() {
      return bits == Integer.SIZE ? DataTypes.IntegerType : DataTypes.LongType;
    }
  }

  /** A number with so many digits, {@code scale} of them behind the point; never rounded. */
  record Exact(int precision, int scale) implements FieldType {
    private static final long serialVersionUID = 1L;

    @Override
    public DataType sparkType() {
      return DataTypes.createDecimalType(precision, scale);
    }
  }

  /** A number of double precision. */
  record Real() implements FieldType {
    private static final long serialVersionUID = 1L;

    @Override
    public DataType sparkType() {
      return DataTypes.DoubleType;
    }
  }

  /** True or false. */
  record Truth() implements FieldType {
    private static final long serialVersionUID = 1L;

    @Override
    public DataType sparkType() {
      return DataTypes.BooleanType;
    }
  }

  /** A day of the calendar. */
  record Day() implements FieldType {
    private static final long serialVersionUID = 1L;

    @Override
    public DataType sparkType() {
      return DataTypes.DateType;
    }
  }

  /** A point in time. */
  record Moment() implements FieldType {
    private static final long serialVersionUID = 1L;

    @Override
    public DataType sparkType() {
      return DataTypes.TimestampType;
    }
  }

  /** A list. */
  record Items(FieldType element) implements FieldType {
    private static final long serialVersionUID = 1L;

    @Override
    public DataType sparkType() {
      return DataTypes.createArrayType(element.sparkType());
    }
  }

  /** Fields within a field. */
  record Group(List<Field> fields) implements FieldType {
    private static final long serialVersionUID = 1L;

    public Group {
      fields = List.copyOf(fields);
    }

    @Override
    public StructType sparkType() {
      StructType type = new StructType();
      for (Field field : fields) {
        type = type.add(field.name(), field.type().sparkType());
      }
      return type;
    }
  }

  /** A named value. */
  record Field(String name, FieldType type) implements Serializable {
    private static final long serialVersionUID = 1L;
  }
}
