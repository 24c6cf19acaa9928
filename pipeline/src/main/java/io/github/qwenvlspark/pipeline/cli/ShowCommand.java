package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.job.ShowJob;
import io.github.qwenvlspark.pipeline.job.ShowRequest;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code qwenvl show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows one row, or all rows of one page, as HTML: picture, boxes, text, times.")
final class ShowCommand implements Callable<Integer> {
  @Option(names = "--output", required = true, description = "Folder of the Delta tables.")
  private String output;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Which which;

  @Option(names = "--page", description = "Which page of the document, from 1.")
  private Integer page;

  @Option(names = "--html", description = "The file to write; standard output without it.")
  private Path html;

  @Option(names = "--conf", description = "A Spark or spark.qwenvl setting, key=value.")
  private List<String> conf = new ArrayList<>();

  /** The row, or the document. */
  private static final class Which {
    @Option(names = "--key", description = "The row's request_key.")
    private String key;

    @Option(names = "--uri", description = "The document's uri, or its end: a file's name.")
    private String uri;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> overrides = Session.parse(conf);
    RunSettings settings = RunSettings.from(Session.settings(overrides), 1);
    StringWriter written = new StringWriter();
    try (SparkSession spark = Session.open("qwenvl show", overrides)) {
      new ShowJob(spark, settings).write(new OutputFolder(output), request(), written);
    }
    if (html == null) {
      PrintStream out = new PrintStream(Session.output(), true, StandardCharsets.UTF_8);
      out.print(written);
      out.flush();
    } else {
      Files.createDirectories(html.toAbsolutePath().getParent());
      Files.writeString(html, written.toString());
      System.out.println("Shown: " + html.toAbsolutePath().normalize());
    }
    return 0;
  }

  private ShowRequest request() {
    return new ShowRequest(
        Optional.ofNullable(which.key),
        Optional.ofNullable(which.uri),
        page == null ? OptionalInt.empty() : OptionalInt.of(page));
  }
}
