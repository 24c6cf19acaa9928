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
import io.github.qwenvlspark.runtime.media.PictureHeader;
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
 * Manifest rows in, one planned row for each part out. Of a document no more is read than its
 * headers: sizes of pictures and of pages, page lists, the index of a clip. Rows of one document
 * that follow each other share what is read.
 */
public final class InspectPartition implements FlatMapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private static final long TEMPLATE_TOKENS = 20;
  private static final int LETTERS_OF_A_TOKEN = 4;

  private static final Logger LOG = LoggerFactory.getLogger(InspectPartition.class);

  private final PlanOptions options;
  private final SerializableConfiguration hadoop;
  private transient Fetcher fetcher;

  /** The last document: the rows of its other tasks come next. */
  private transient Optional<OpenDocument> last;

  public InspectPartition(PlanOptions options, SerializableConfiguration hadoop) {
    this.options = options;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<Row> call(Row row) {
    Document document =
        new Document(
            row.getAs(ManifestColumns.SOURCE_ID),
            row.getAs(ManifestColumns.URI),
            row.getAs(ManifestColumns.TASK),
            row.getJavaMap(row.fieldIndex(ManifestColumns.LABELS)),
            Reading.fromRow(row.getAs(ManifestColumns.READING)));
    return parts(document).stream().map(part -> part.toRow(options.seal())).iterator();
  }

  /** A manifest row. */
  public record Document(
      String sourceId, String uri, String task, Map<String, String> labels, Reading reading) {}

  /** The parts of one document, in their order: at least one. */
  public List<PlannedRow> parts(Document document) {
    if (fetcher == null) {
      fetcher = new Fetcher(hadoop.value(), options.settings().media(), options.settings().fetch());
      last = Optional.empty();
    }
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
      Fetcher.Found found = find(document.uri());
      content = found.fingerprint();
      length = found.length();
      options.settings().media().requireBytes(length);
      OpenDocument open = open(found);
      MediaKind kind = MediaKind.of(open.head());
      requireReadable(task, kind);
      Outlooks outlooks = outlooks(task);
      if (FrameArchive.isZip(open.head())) {
        FrameSequence frames = FrameSequence.of(document.reading());
        ForetoldPart part = new ForetoldPart(Part.frames(), outlooks.byBytes(length));
        return List.of(row(document, length, frames.key(content), part, Optional.of(frames)));
      }
      List<PlannedRow> rows = new ArrayList<>();
      List<ForetoldPart> all = new DocumentParts(outlooks).of(kind, open, document.reading());
      for (ForetoldPart part : all) {
        rows.add(row(document, length, content, part.among(all.size()), Optional.empty()));
      }
      return rows;
    } catch (QwenVlException e) {
      return List.of(failed(document, length, content, e));
    } catch (RuntimeException e) {
      // Our bug, met by this row: the job goes on and says so. Messages may quote the document.
      LOG.error(
          "A document of task {} failed unexpectedly: {} at {}",
          document.task(),
          e.getClass().getName(),
          List.of(e.getStackTrace()));
      QwenVlException failure = new QwenVlException(ErrorType.INTERNAL, e.getClass().getName(), e);
      return List.of(failed(document, length, content, failure));
    }
  }

  private Fetcher.Found find(String uri) {
    return last.map(OpenDocument::found)
        .filter(found -> found.uri().equals(uri))
        .orElseGet(() -> fetcher.find(uri));
  }

  private OpenDocument open(Fetcher.Found found) {
    if (last.filter(open -> open.found().equals(found)).isEmpty()) {
      last.ifPresent(OpenDocument::close);
      last = Optional.empty(); // the next one may not open
      last = Optional.of(OpenDocument.of(fetcher, found));
    }
    return last.orElseThrow();
  }

  private Outlooks outlooks(Task task) {
    return new Outlooks(task, options.settings(), options.sizes());
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
    ForetoldPart part = new ForetoldPart(Part.messages(), outlooks(task).byBytes(length));
    return row(document, length, ReferencedMedia.fingerprint(found), part, Optional.empty());
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
    Outlook outlook = outlooks(task).frames(found.size(), () -> header(found.get(0)), length);
    return row(
        document,
        length,
        frames.key(ReferencedMedia.fingerprint(found)),
        new ForetoldPart(Part.frames(), outlook),
        Optional.of(frames));
  }

  private PictureHeader header(Fetcher.Found picture) {
    try (OpenDocument open = OpenDocument.of(fetcher, picture)) {
      return PictureHeader.of(open, options.settings().media());
    }
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

  private PlannedRow row(
      Document document,
      long length,
      String content,
      ForetoldPart foretold,
      Optional<FrameSequence> frames) {
    Task task = options.tasks().get(document.task());
    String prompt = task.promptFor(document.labels());
    Part part = foretold.part();
    String key = key(document, content, part.key(), task, prompt);
    PartCost cost =
        PartCost.of(
            foretold.outlook(), textTokens(task.system() + prompt), options.answers().tokens(task));
    return row(document, key, length, content, part, frames, cost, Optional.empty());
  }

  private PlannedRow failed(
      Document document, long length, String content, QwenVlException failure) {
    Task task = options.tasks().get(document.task());
    String key =
        task == null
            ? RequestKey.sha256(subject(document) + "\n" + document.task())
            : key(
                document,
                content,
                // Rows that ask for parts that cannot be had are told apart by what they ask for.
                Part.UNKNOWN.key() + document.reading().asked(),
                task,
                task.promptFor(document.labels()));
    return row(
        document,
        key,
        length,
        content,
        Part.UNKNOWN,
        Optional.empty(),
        PartCost.refused(),
        Optional.of(failure));
  }

  private String key(Document document, String content, String part, Task task, String prompt) {
    return RequestKey.of(
        subject(document),
        content,
        part,
        task,
        prompt,
        options.settings(),
        options.modelFingerprint());
  }

  /** Rows that name no document are told apart by what else they say. */
  private static String subject(Document document) {
    return document.uri().isBlank() ? "row " + document.sourceId() : document.uri();
  }

  /** About as many as a tokenizer finds in text and template. */
  private static long textTokens(String text) {
    return TEMPLATE_TOKENS + text.length() / LETTERS_OF_A_TOKEN;
  }

  private static PlannedRow row(
      Document document,
      String key,
      long length,
      String content,
      Part part,
      Optional<FrameSequence> frames,
      PartCost cost,
      Optional<QwenVlException> failure) {
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
        cost,
        failure);
  }
}
