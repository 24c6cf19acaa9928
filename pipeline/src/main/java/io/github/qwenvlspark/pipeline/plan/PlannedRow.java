package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.Secret;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One request of the plan: a part of a document, and what is asked of it. A document that could not
 * be inspected has one row that carries the failure.
 *
 * @param length bytes of the document
 * @param content fingerprint of the document
 * @param frames those of a clip that is given by pictures
 * @param password of the document, where the manifest has one
 * @param cost by which requests are ordered and balanced
 */
public record PlannedRow(
    String requestKey,
    String sourceId,
    String uri,
    long length,
    String content,
    Part part,
    String task,
    Map<String, String> labels,
    Optional<FrameSequence> frames,
    Optional<Secret> password,
    PartCost cost,
    Optional<QwenVlException> failure) {
  public static final String REQUEST_KEY = "request_key";

  static final String VISUAL_TOKENS = "visual_tokens";

  /** In units of {@link PartCost}. */
  static final String COST = "cost";

  /** The error that the header foretells; the row may end otherwise. */
  static final String FORETOLD = "foretold";

  /** The error with which the row is planned already. */
  static final String ERROR_TYPE = "error_type";

  /** Schema of the plan. */
  public static final StructType SCHEMA =
      new StructType()
          .add(REQUEST_KEY, DataTypes.StringType)
          .add("source_id", DataTypes.StringType)
          .add("uri", DataTypes.StringType)
          .add("length", DataTypes.LongType)
          .add("content", DataTypes.StringType)
          .add("part_kind", DataTypes.StringType)
          .add("part_page", DataTypes.IntegerType)
          .add("part_start_s", DataTypes.DoubleType)
          .add("part_end_s", DataTypes.DoubleType)
          .add("part_of", DataTypes.IntegerType)
          .add("task", DataTypes.StringType)
          .add("labels", DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType))
          .add("frames", DataTypes.createArrayType(DataTypes.StringType))
          .add("frame_fps", DataTypes.DoubleType)
          .add("password", DataTypes.StringType)
          .add(VISUAL_TOKENS, DataTypes.LongType)
          .add(COST, DataTypes.LongType)
          .add(FORETOLD, DataTypes.StringType)
          .add(ERROR_TYPE, DataTypes.StringType)
          .add("error_message", DataTypes.StringType)
          .add("error_attempts", DataTypes.IntegerType);

  /** A request of which nobody asks what it costs. */
  public PlannedRow(
      String requestKey,
      String sourceId,
      String uri,
      long length,
      String content,
      Part part,
      String task,
      Map<String, String> labels,
      Optional<FrameSequence> frames,
      Optional<Secret> password,
      Optional<QwenVlException> failure) {
    this(
        requestKey,
        sourceId,
        uri,
        length,
        content,
        part,
        task,
        labels,
        frames,
        password,
        PartCost.UNKNOWN,
        failure);
  }

  public static PlannedRow fromRow(Row row) {
    String type = row.getAs(ERROR_TYPE);
    return new PlannedRow(
        row.getAs(REQUEST_KEY),
        row.getAs("source_id"),
        row.getAs("uri"),
        row.<Long>getAs("length"),
        row.getAs("content"),
        new Part(
            row.getAs("part_kind"),
            row.<Integer>getAs("part_page"),
            span(row),
            row.<Integer>getAs("part_of")),
        row.getAs("task"),
        row.getJavaMap(row.fieldIndex("labels")),
        FrameSequence.fromRow(row.getList(row.fieldIndex("frames")), row.getAs("frame_fps")),
        Optional.ofNullable(row.<String>getAs("password")).map(Secret::new),
        new PartCost(
            row.<Long>getAs(VISUAL_TOKENS),
            row.<Long>getAs(COST),
            Optional.ofNullable(row.<String>getAs(FORETOLD)).map(ErrorType::valueOf)),
        type == null
            ? Optional.empty()
            : Optional.of(
                new QwenVlException(
                    ErrorType.valueOf(type),
                    row.getAs("error_message"),
                    row.<Integer>getAs("error_attempts"),
                    null)));
  }

  private static Optional<TimeSpan> span(Row row) {
    Double start = row.getAs("part_start_s");
    Double end = row.getAs("part_end_s");
    return start == null ? Optional.empty() : Optional.of(new TimeSpan(start, end));
  }

  Row toRow() {
    return RowFactory.create(
        requestKey,
        sourceId,
        uri,
        length,
        content,
        part.kind(),
        part.page(),
        part.span().map(TimeSpan::startS).orElse(null),
        part.span().map(TimeSpan::endS).orElse(null),
        part.of(),
        task,
        CollectionConverters.asScala(labels),
        frames.map(FrameSequence::names).orElse(List.of()).toArray(),
        frames.map(FrameSequence::fps).orElse(null),
        password.map(Secret::value).orElse(null),
        cost.visualTokens(),
        cost.total(),
        cost.foretold().map(ErrorType::name).orElse(null),
        failure.map(f -> f.type().name()).orElse(null),
        failure.map(Throwable::getMessage).orElse(null),
        failure.map(QwenVlException::attempts).orElse(null));
  }
}
