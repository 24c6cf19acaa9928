package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.Secret;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import io.github.qwenvlspark.pipeline.manifest.ManifestColumns;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import io.github.qwenvlspark.udfs.sql.Catalyst;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * One request of the plan: a part of a document, and what is asked of it. A document that could not
 * be inspected has one row that carries the failure.
 *
 * <p>As a table's row it shows what results show, and keeps the rest sealed: a plan is written
 * down.
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

  private static final String SOURCE_ID = "source_id";
  private static final String URI = "uri";
  private static final String LABELS = "labels";
  private static final String PASSWORD = "password";

  /** What the columns may not show, by their names. */
  private static final String SEALED = "sealed";

  /** Schema of the plan; names of frames are sealed. */
  public static final StructType SCHEMA =
      new StructType()
          .add(REQUEST_KEY, DataTypes.StringType)
          .add(SOURCE_ID, DataTypes.StringType)
          .add(URI, DataTypes.StringType)
          .add("length", DataTypes.LongType)
          .add("content", DataTypes.StringType)
          .add("part_kind", DataTypes.StringType)
          .add("part_page", DataTypes.IntegerType)
          .add("part_start_s", DataTypes.DoubleType)
          .add("part_end_s", DataTypes.DoubleType)
          .add("part_of", DataTypes.IntegerType)
          .add("task", DataTypes.StringType)
          .add(LABELS, DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType))
          .add("frames", DataTypes.createArrayType(DataTypes.BinaryType))
          .add("frame_fps", DataTypes.DoubleType)
          .add(SEALED, DataTypes.createMapType(DataTypes.StringType, DataTypes.BinaryType))
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

  /**
   * The request of a plan's row.
   *
   * @param seal with which the row was made
   */
  public static PlannedRow fromRow(Row row, Seal seal) {
    String type = row.getAs(ERROR_TYPE);
    Map<String, String> hidden = new HashMap<>();
    row.<String, byte[]>getJavaMap(row.fieldIndex(SEALED))
        .forEach((name, value) -> hidden.put(name, seal.open(value)));
    return new PlannedRow(
        row.getAs(REQUEST_KEY),
        hidden.getOrDefault(SOURCE_ID, row.getAs(SOURCE_ID)),
        hidden.getOrDefault(URI, row.getAs(URI)),
        row.<Long>getAs("length"),
        row.getAs("content"),
        new Part(
            row.getAs("part_kind"),
            row.<Integer>getAs("part_page"),
            span(row),
            row.<Integer>getAs("part_of")),
        row.getAs("task"),
        withMessages(row.getJavaMap(row.fieldIndex(LABELS)), hidden.get(ManifestColumns.MESSAGES)),
        FrameSequence.fromRow(
            row.<byte[]>getList(row.fieldIndex("frames")).stream().map(seal::open).toList(),
            row.getAs("frame_fps")),
        Optional.ofNullable(hidden.get(PASSWORD)).map(Secret::new),
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

  /** Without what may be a credential: as tables show it. */
  public PlannedRow shown() {
    String messages = labels.get(ManifestColumns.MESSAGES);
    return new PlannedRow(
        requestKey,
        ShownUri.of(sourceId),
        ShownUri.of(uri),
        length,
        content,
        part,
        task,
        messages == null ? labels : withMessages(labels, ShownUri.inConversation(messages)),
        Optional.empty(),
        Optional.empty(),
        cost,
        failure);
  }

  private static Map<String, String> withMessages(Map<String, String> labels, String messages) {
    if (messages == null || messages.equals(labels.get(ManifestColumns.MESSAGES))) {
      return labels;
    }
    Map<String, String> changed = new LinkedHashMap<>(labels);
    changed.put(ManifestColumns.MESSAGES, messages);
    return changed;
  }

  /**
   * The row of a plan.
   *
   * @param seal on what it may not show
   */
  public Row toRow(Seal seal) {
    PlannedRow shown = shown();
    return RowFactory.create(
        requestKey,
        shown.sourceId,
        shown.uri,
        length,
        content,
        part.kind(),
        part.page(),
        part.span().map(TimeSpan::startS).orElse(null),
        part.span().map(TimeSpan::endS).orElse(null),
        part.of(),
        task,
        Catalyst.scalaMap(shown.labels),
        frames.map(FrameSequence::names).orElse(List.of()).stream().map(seal::seal).toArray(),
        frames.map(FrameSequence::fps).orElse(null),
        Catalyst.scalaMap(sealed(shown, seal)),
        cost.visualTokens(),
        cost.total(),
        cost.foretold().map(ErrorType::name).orElse(null),
        failure.map(f -> f.type().name()).orElse(null),
        failure.map(Throwable::getMessage).orElse(null),
        failure.map(QwenVlException::attempts).orElse(null));
  }

  private Map<String, byte[]> sealed(PlannedRow shown, Seal seal) {
    Map<String, byte[]> sealed = new HashMap<>();
    if (!shown.sourceId.equals(sourceId)) {
      sealed.put(SOURCE_ID, seal.seal(sourceId));
    }
    if (!shown.uri.equals(uri)) {
      sealed.put(URI, seal.seal(uri));
    }
    if (!shown.labels.equals(labels)) {
      sealed.put(ManifestColumns.MESSAGES, seal.seal(labels.get(ManifestColumns.MESSAGES)));
    }
    password.ifPresent(secret -> sealed.put(PASSWORD, seal.seal(secret.value())));
    return sealed;
  }
}
