package dev.nightjar.feature.spark;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What a join marks rows with: their flags, and the rejection, as Spark holds them. */
final class RowMarks {
  /** Rejection as every stage writes it. */
  static final StructType REJECTION =
      new StructType()
          .add("stage", DataTypes.StringType)
          .add("field", DataTypes.StringType)
          .add("reason", DataTypes.StringType);

  static final DataType FLAGS = DataTypes.createArrayType(DataTypes.StringType);

  private RowMarks() {}

  /** No flag. */
  static Column noFlags() {
    return functions.array().cast(FLAGS);
  }
}
