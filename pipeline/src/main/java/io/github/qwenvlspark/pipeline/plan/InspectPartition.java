package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Task.ContentOrder;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.fetch.ReferencedMedia;
import io.github.qwenvlspark.pipeline.manifest.ManifestColumns;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.pipeline.manifest.RequestKey;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.chat.Conversation;
import io.github.qwenvlspark.runtime.media.FrameArchive;
import io.github.qwenvlspark.runtime.media.MediaKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Manifest rows in, one planned row for each part out. Of pictures and clips only the first bytes
 * are read, of PDFs and TIFFs the page count.
 */
final class InspectPartition implements FlatMapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(InspectPartition.class);

  private final PlanOptions options;
  private final SerializableConfiguration hadoop;
  private transient Fetcher fetcher;
  private transient DocumentParts parts;

  InspectPartition(PlanOptions options, SerializableConfiguration hadoop) {
    this.options = options;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<Row> call(Row row) {
    if (fetcher == null) {
      fetcher = new Fetcher(hadoop.value(), options.settings().media(), options.settings().fetch());
      parts = new DocumentParts(fetcher, options.settings());
    }
    Document document =
        new Document(
            row.getAs(ManifestColumns.SOURCE_ID),
            row.getAs(ManifestColumns.URI),
            row.getAs(ManifestColumns.TASK),
            row.getJavaMap(row.fieldIndex(ManifestColumns.LABELS)),
            Reading.fromRow(row.getAs(ManifestColumns.READING)));
    return inspect(document).stream().map(PlannedRow::toRow).iterator();
  }

  /** A manifest row. */
  private record Document(
      String sourceId, String uri, String task, Map<String, String> labels, Reading reading) {}

  private List<PlannedRow> inspect(Document document) {
    String content = "unknown";
    long length = 0;
    try {
      Task task = task(document);
      requireQuestion(task, document);
      if (task.order() == ContentOrder.CONVERSATION) {
        return List.of(conversation(task, document));
      }
      if (document.reading().frames().isPresent()) {
        return List.of(frames(task, document));
      }
      requireDocument(document);
      Fetcher.Found found = fetcher.find(document.uri());
      content = found.fingerprint();
      length = found.length();
      options.settings().media().requireBytes(length);
      byte[] head = fetcher.readHead(found, MediaKind.HEAD_BYTES);
      MediaKind kind = MediaKind.of(head);
      requireReadable(task, kind);
      if (FrameArchive.isZip(head)) {
        FrameSequence frames = FrameSequence.of(document.reading());
        return List.of(row(document, length, frames.key(content), frames));
      }
      List<PlannedRow> rows = new ArrayList<>();
      List<Part> all = parts.of(kind, head, found, document.reading());
      for (Part part : all) {
        rows.add(row(document, length, content, part.among(all.size()), Optional.empty()));
      }
      return rows;
    } catch (QwenVlException e) {
      return List.of(row(document, length, content, Part.UNKNOWN, Optional.of(e)));
    } catch (RuntimeException e) {
      // Our bug, met by this row: the job goes on and says so. Messages may quote the document.
      LOG.error(
          "A document of task {} failed unexpectedly: {} at {}",
          document.task(),
          e.getClass().getName(),
          List.of(e.getStackTrace()));
      QwenVlException failure = new QwenVlException(ErrorType.INTERNAL, e.getClass().getName(), e);
      return List.of(row(document, length, content, Part.UNKNOWN, Optional.of(failure)));
    }
  }

  /** What a conversation names is looked up, and decides its key as a document does. */
  private PlannedRow conversation(Task task, Document document) {
    ReferencedMedia media = new ReferencedMedia(fetcher, document.uri());
    Conversation conversation =
        Conversation.parse(task.promptFor(document.labels()), options.settings().media());
    conversation.kinds().forEach(kind -> requireReadable(task, kind));
    List<Fetcher.Found> found =
        conversation.references(
            name -> {
              Fetcher.Found object = media.find(name);
              options.settings().media().requireBytes(object.length());
              return object;
            });
    long length = found.stream().mapToLong(Fetcher.Found::length).sum();
    return row(
        document, length, ReferencedMedia.fingerprint(found), Part.messages(), Optional.empty());
  }

  /** Pictures that are the frames of a clip decide its key as a document does. */
  private PlannedRow frames(Task task, Document document) {
    requireReadable(task, MediaKind.VIDEO);
    FrameSequence frames = FrameSequence.of(document.reading());
    options.settings().media().requireMedia(frames.names().size());
    ReferencedMedia media = new ReferencedMedia(fetcher, document.uri());
    List<Fetcher.Found> found = frames.names().stream().map(media::find).toList();
    long length = found.stream().mapToLong(Fetcher.Found::length).sum();
    options.settings().media().requireBytes(length);
    return row(document, length, frames.key(ReferencedMedia.fingerprint(found)), frames);
  }

  private static void requireDocument(Document document) {
    if (document.uri().isBlank()) {
      throw new QwenVlException(ErrorType.INVALID_REQUEST, "The manifest row has no uri");
    }
  }

  private static void requireQuestion(Task task, Document document) {
    task.missing(document.labels())
        .ifPresent(
            column -> {
              throw new QwenVlException(
                  ErrorType.INVALID_REQUEST,
                  "Task %s asks what the manifest's column %s says, and this row has none"
                      .formatted(task.name(), column));
            });
  }

  private Task task(Document document) {
    Task task = options.tasks().get(document.task());
    if (task == null) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "The manifest asks for task \"%s\", which is not known; known are %s"
              .formatted(
                  document.task(),
                  String.join(", ", options.tasks().keySet().stream().sorted().toList())));
    }
    return task;
  }

  private static void requireReadable(Task task, MediaKind kind) {
    if (!task.media().contains(kind)) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Task %s reads %s, this is a %s"
              .formatted(
                  task.name(),
                  task.media().toString().toLowerCase(Locale.ROOT),
                  kind.name().toLowerCase(Locale.ROOT)));
    }
  }

  private PlannedRow row(Document document, long length, String content, FrameSequence frames) {
    return row(document, length, content, Part.frames(), Optional.of(frames), Optional.empty());
  }

  private PlannedRow row(
      Document document,
      long length,
      String content,
      Part part,
      Optional<QwenVlException> failure) {
    return row(document, length, content, part, Optional.empty(), failure);
  }

  private PlannedRow row(
      Document document,
      long length,
      String content,
      Part part,
      Optional<FrameSequence> frames,
      Optional<QwenVlException> failure) {
    Task task = options.tasks().get(document.task());
    // Rows that name no document are told apart by what else they say.
    String subject = document.uri().isBlank() ? "row " + document.sourceId() : document.uri();
    String key =
        task == null
            ? RequestKey.sha256(subject + "\n" + document.task())
            : RequestKey.of(
                subject,
                content,
                // Rows that ask for parts that cannot be had are told apart by what they ask for.
                failure.isEmpty() ? part.key() : part.key() + document.reading().asked(),
                task,
                task.promptFor(document.labels()),
                options.settings(),
                options.modelFingerprint());
    return new PlannedRow(
        key,
        document.sourceId(),
        document.uri(),
        length,
        content,
        part,
        document.task(),
        document.labels(),
        frames,
        document.reading().password(),
        failure);
  }
}
