package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.DemoTables;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The queries of docs/sql.md, as they stand there, over tables of the demo. */
class SqlPageTest {
  private static final Path PAGE = Path.of("../docs/sql.md");
  private static final Pattern BLOCK = Pattern.compile("```sql\\n(.*?)\\n```", Pattern.DOTALL);

  static Stream<String> queries() throws IOException {
    return BLOCK.matcher(Files.readString(PAGE)).results().map(block -> block.group(1));
  }

  @Test
  void thereAreTenOrMore() throws IOException {
    assertThat(queries()).hasSizeGreaterThanOrEqualTo(10);
  }

  @ParameterizedTest
  @MethodSource("queries")
  void aQueryOfThePageHasAnAnswer(String query) throws IOException {
    List<Row> rows =
        new SqlJob(LocalSpark.session()).query(DemoTables.folder(), query).collectAsList();

    assertThat(rows).isNotEmpty().noneMatch(row -> allNull(row));
  }

  private static boolean allNull(Row row) {
    return Stream.iterate(0, i -> i < row.size(), i -> i + 1).allMatch(row::isNullAt);
  }
}
