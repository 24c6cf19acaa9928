package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import io.github.qwenvlspark.pipeline.infer.MediaReader;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.report.CleanPage;
import io.github.qwenvlspark.pipeline.report.HtmlReport;
import io.github.qwenvlspark.pipeline.report.ImageDataUri;
import io.github.qwenvlspark.pipeline.report.ReportAnswer;
import io.github.qwenvlspark.pipeline.report.ReportBox;
import io.github.qwenvlspark.pipeline.report.ReportPage;
import io.github.qwenvlspark.pipeline.report.ReportSummary;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Results as one HTML page: each document with its boxes drawn, beside text and fields. */
public final class ReportJob {
  /** Kinds of rows whose pictures the table does not name; many share one uri. */
  private static final Set<String> UNNAMED =
      Set.of(
          io.github.qwenvlspark.pipeline.plan.Part.MESSAGES,
          io.github.qwenvlspark.pipeline.plan.Part.FRAMES);

  private final SparkSession spark;
  private final RunSettings settings;

  public ReportJob(SparkSession spark, RunSettings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /** Writes the report of {@code results}; at most {@code most} documents are shown. */
  public void write(Dataset<Row> results, ReportSummary summary, int most, Path file)
      throws IOException {
    List<ReportPage> pages = pages(results, most);
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      HtmlReport.write(summary, pages, out);
    }
  }

  /**
   * Writes one picture, page or clip with all that is known of its answers.
   *
   * @param rows its rows, not empty
   */
  public void show(Dataset<Row> rows, Writer out) throws IOException {
    HtmlReport.write(pages(rows, 1).get(0), out);
  }

  private List<ReportPage> pages(Dataset<Row> results, int most) {
    Map<String, List<Row>> documents = new LinkedHashMap<>();
    // Four tasks a document is usual; the rest of a larger table stays where it is.
    for (Row row :
        results
            .orderBy("uri", "part.page", "part.start_s", "task")
            .limit(8 * most)
            .collectAsList()) {
      Row part = row.getAs("part");
      boolean unnamed = UNNAMED.contains(part.getString(0));
      String place = part.get(1) + " " + part.get(2);
      String key = row.getAs("uri") + "#" + (unnamed ? row.getAs("request_key") : place);
      if (documents.size() < most || documents.containsKey(key)) {
        documents.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
      }
    }
    Fetcher fetcher =
        new Fetcher(spark.sessionState().newHadoopConf(), settings.media(), settings.fetch());
    try (MediaReader media = new MediaReader(fetcher, settings, size -> FrameFit.AS_DECODED)) {
      return documents.values().stream()
          .map(rows -> page(rows, fetcher, media))
          // What was read first, what could not be read behind it.
          .sorted(Comparator.comparing(page -> page.image().isEmpty()))
          .toList();
    }
  }

  private static ReportPage page(List<Row> rows, Fetcher fetcher, MediaReader media) {
    Row first = rows.get(0);
    String uri = first.getAs("uri");
    Row part = first.getAs("part");
    String label = part.isNullAt(1) ? part.getString(0) : "page " + part.getInt(1);
    Optional<Part> visual = visual(rows, uri, fetcher, media);
    List<ReportAnswer> answers = rows.stream().map(ReportJob::answer).toList();
    String file = uri.substring(uri.lastIndexOf('/') + 1);
    String name = file.isEmpty() ? first.getAs("source_id") : file;
    if (visual.isPresent() && visual.get() instanceof Part.Image image) {
      List<ReportBox> boxes = new ArrayList<>();
      rows.forEach(row -> boxes.addAll(boxes(row, image.pixels().width())));
      return new ReportPage(
          name,
          label,
          ImageDataUri.of(image.pixels()),
          image.pixels().width(),
          image.pixels().height(),
          boxes,
          answers);
    }
    String strip =
        visual.isPresent() && visual.get() instanceof Part.Resized video
            ? ImageDataUri.of(video.frames())
            : "";
    return new ReportPage(name, label, strip, 1, 1, List.of(), answers);
  }

  /** The pixels, read again: a report must not need more room in the table. */
  private static Optional<Part> visual(
      List<Row> rows, String uri, Fetcher fetcher, MediaReader media) {
    Row first = rows.get(0).getAs("part");
    if (UNNAMED.contains(first.getString(0))
        || ShownUri.isRedacted(uri)
        || rows.stream().noneMatch(row -> row.getAs("image") != null)) {
      return Optional.empty();
    }
    try {
      Fetcher.Found found = fetcher.find(uri);
      Row part = rows.get(0).getAs("part");
      int page = part.isNullAt(1) ? 0 : part.getInt(1) - 1;
      PlannedRow planned =
          new PlannedRow(
              "",
              "",
              uri,
              found.length(),
              found.fingerprint(),
              new io.github.qwenvlspark.pipeline.plan.Part(part.getString(0), page, span(part)),
              "",
              Map.of(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      return Optional.of(media.read(planned, Task.FOR_DISPLAY));
    } catch (QwenVlException e) {
      return Optional.empty();
    }
  }

  /** The stretch of a clip that was read; one that goes to the end has none of its own. */
  private static Optional<TimeSpan> span(Row part) {
    return part.isNullAt(2)
        ? Optional.empty()
        : Optional.of(
            new TimeSpan(
                part.getDouble(2),
                part.isNullAt(3) ? Double.POSITIVE_INFINITY : part.getDouble(3)));
  }

  /** A task may have seen its pages at another size than the one that is shown. */
  private static List<ReportBox> boxes(Row row, int shownWidth) {
    List<ReportBox> boxes = new ArrayList<>();
    Row image = row.getAs("image");
    double scale = image == null ? 1 : (double) shownWidth / image.getInt(0);
    for (Row element : row.<Row>getList(row.fieldIndex("elements"))) {
      if (!element.isNullAt(2)) {
        boxes.add(ReportBox.of("element", element.getString(0), scaled(element.getList(2), scale)));
      }
    }
    for (Row box : row.<Row>getList(row.fieldIndex("boxes"))) {
      String label = box.isNullAt(0) ? "" : box.getString(0);
      if (!box.isNullAt(1)) {
        boxes.add(ReportBox.of("box", label, scaled(box.getList(1), scale)));
      } else if (!box.isNullAt(2)) {
        boxes.add(ReportBox.point(label, scaled(box.getList(2), scale)));
      }
    }
    return boxes;
  }

  private static List<Integer> scaled(List<Integer> box, double scale) {
    return box.stream().map(side -> (int) Math.round(side * scale)).toList();
  }

  private static ReportAnswer answer(Row row) {
    Row error = row.getAs("error");
    Row timing = row.getAs("timing");
    Row quality = row.getAs("quality");
    Map<String, String> fields = new LinkedHashMap<>();
    row.<String, String>getJavaMap(row.fieldIndex("fields"))
        .forEach((name, value) -> fields.put(name, value == null ? "" : value));
    List<String> moments = new ArrayList<>();
    for (Row moment : row.<Row>getList(row.fieldIndex("moments"))) {
      moments.add(
          String.format(
              Locale.ROOT,
              "%.1f – %.1f s: %s",
              moment.getDouble(0),
              moment.getDouble(1),
              moment.getString(2)));
    }
    return new ReportAnswer(
        row.getAs("task"),
        text(row, "text"),
        row.getList(row.fieldIndex("elements")).isEmpty() ? "" : CleanPage.of(text(row, "text")),
        fields,
        moments,
        error == null ? "" : error.getString(0),
        error == null ? "" : error.getString(1),
        text(row, "finish_reason"),
        Math.round(timing.getDouble(7)),
        quality == null ? "" : TableSummary.confidence(quality.getDouble(0)),
        facts(row));
  }

  private static Map<String, String> facts(Row row) {
    Map<String, String> facts = new LinkedHashMap<>();
    Row usage = row.getAs("usage");
    if (usage != null) {
      facts.put(
          "tokens",
          "%d read, %d of them seen; %d written"
              .formatted(usage.getInt(0), usage.getInt(1), usage.getInt(2)));
    }
    facts.put("milliseconds", named(row.getAs("timing"), "_ms"));
    Row image = row.getAs("image");
    if (image != null) {
      facts.put(
          "picture",
          "%d × %d, seen at %d × %d"
              .formatted(image.getInt(0), image.getInt(1), image.getInt(2), image.getInt(3)));
    }
    Row quality = row.getAs("quality");
    if (quality != null) {
      facts.put("quality", named(quality, ""));
    }
    Row model = row.getAs("model");
    facts.put(
        "model",
        "%s, %s, %s, fingerprint %.12s"
            .formatted(
                model.getString(0), model.getString(2), model.getString(3), model.getString(1)));
    facts.put("row", row.getAs("request_key"));
    facts.put("run", "%s, %s".formatted(row.getAs("run_id"), row.getAs("created_at")));
    return facts;
  }

  /** The numbers of a struct with their names. */
  private static String named(Row struct, String suffix) {
    List<String> named = new ArrayList<>();
    for (String name : struct.schema().fieldNames()) {
      Object value = struct.getAs(name);
      if (value instanceof Double number) {
        String said = name.replace(suffix, "").replace('_', ' ');
        named.add(
            String.format(Locale.ROOT, suffix.isEmpty() ? "%s %.4f" : "%s %.1f", said, number));
      }
    }
    return String.join(", ", named);
  }

  private static String text(Row row, String column) {
    String value = row.getAs(column);
    return value == null ? "" : value;
  }
}
