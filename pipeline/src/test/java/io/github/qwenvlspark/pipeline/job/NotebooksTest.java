package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.pipeline.testing.DemoTables;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The SQL of the notebooks, as it stands in their cells, over tables of the demo. Answers go to
 * {@code target/notebooks}, from which the notebooks' outputs are made.
 */
class NotebooksTest {
  private static final Path ZEPPELIN = Path.of("../notebooks/results.zpln");
  private static final Path JUPYTER = Path.of("../notebooks/results-pyspark.ipynb");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern QUOTED =
      Pattern.compile("spark\\.sql\\(\"\"\"(.*?)\"\"\"\\)", Pattern.DOTALL);

  static Stream<Arguments> queries() throws IOException {
    List<Arguments> queries = new ArrayList<>();
    for (Path notebook : List.of(ZEPPELIN, JUPYTER)) {
      for (String cell : cells(notebook)) {
        for (String query : sql(cell)) {
          queries.add(Arguments.of(notebook.getFileName() + "-" + queries.size(), query));
        }
      }
    }
    return queries.stream();
  }

  private static List<String> cells(Path notebook) throws IOException {
    JsonNode file = JSON.readTree(Files.readString(notebook));
    List<String> cells = new ArrayList<>();
    file.path("paragraphs").forEach(paragraph -> cells.add(paragraph.path("text").asText()));
    for (JsonNode cell : file.path("cells")) {
      if (cell.path("cell_type").asText().equals("code")) {
        StringBuilder source = new StringBuilder();
        cell.path("source").forEach(line -> source.append(line.asText()));
        cells.add(source.toString());
      }
    }
    return cells;
  }

  private static List<String> sql(String cell) {
    if (cell.startsWith("%spark.sql")) {
      return List.of(cell.substring(cell.indexOf('\n') + 1));
    }
    List<String> queries = new ArrayList<>();
    Matcher quoted = QUOTED.matcher(cell);
    while (quoted.find()) {
      queries.add(quoted.group(1));
    }
    return queries;
  }

  @Test
  void bothShowAPageFieldsWorstPagesCostAndATimeline() throws IOException {
    assertThat(queries()).hasSizeGreaterThanOrEqualTo(10);
    assertThat(Files.readString(ZEPPELIN)).contains("\"SUCCESS\"").doesNotContain("file:/");
    assertThat(Files.readString(JUPYTER)).contains("text/html").doesNotContain("file:/");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("queries")
  void aCellHasAnAnswer(String name, String query) throws IOException {
    Dataset<Row> answer = new SqlJob(LocalSpark.session()).query(DemoTables.folder(), query);
    List<String> rows = answer.toJSON().collectAsList();
    Path folder = Files.createDirectories(Path.of("target/notebooks"));
    Files.writeString(
        folder.resolve(name + ".json"),
        JSON.writeValueAsString(query)
            + "\n"
            + JSON.writeValueAsString(answer.columns())
            + "\n"
            + String.join("\n", rows));

    assertThat(rows).isNotEmpty();
  }
}
