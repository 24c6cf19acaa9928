package io.github.qwenvlspark.runtime.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.Precision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a bench is written down. */
class BenchReportTest {
  private static final Measure PREFILL =
      Measure.rate(
          "prefill 512",
          "fp32",
          "tokens",
          512,
          new Timing(0.8, 1.0, 1.5, 5),
          new Work(230e9, 9e8),
          Optional.of(new Roofline.Share(Roofline.Limit.GEMM, 0.718, 0.75)),
          "");
  private static final Measure MEMORY =
      Measure.figure("peak memory", "int8", "MB", 1234.4, "largest resident set");
  private static final BenchReport REPORT =
      new BenchReport(
          "mid",
          "ab".repeat(32),
          "0.1.0",
          new Machine("Linux amd64", "A processor", 4, 2),
          List.of(PREFILL, MEMORY),
          61.25);

  @Test
  void columnsStandBelowTheirHeading() {
    String heading = BenchText.heading();
    String line = BenchText.line(PREFILL);

    assertThat(line.strip())
        .isEqualTo(
            "prefill 512                fp32          640       512 tokens/s      1.50    72%     75% gemm");
    assertThat(heading.indexOf("best") + 4).isEqualTo(line.indexOf("640") + 3);
    assertThat(heading.indexOf("cpu s") + 5).isEqualTo(line.indexOf("1.50") + 4);
    assertThat(heading.indexOf("share") + 5).isEqualTo(line.indexOf("72%") + 3);
    assertThat(heading.indexOf("by cpu") + 6).isEqualTo(line.indexOf("75%") + 3);
  }

  @Test
  void aFigureThatIsNoTimeHasNoMedian() {
    assertThat(BenchText.line(MEMORY).strip())
        .isEqualTo(
            "peak memory                int8        1,234           MB                                        largest resident set");
  }

  @Test
  void theSummaryNamesModelMachineAndWhatIsCounted() {
    assertThat(BenchText.summary(REPORT))
        .contains("checkpoint mid, model.fingerprint abab")
        .contains("2 threads on 4 cores of A processor, Linux amd64, 61.3 s")
        .contains("Counted: two operations for each multiplication");
  }

  @Test
  void theJsonHasStableKeys() throws Exception {
    JsonNode root = new ObjectMapper().readTree(BenchJson.of(REPORT));

    assertThat(root.properties())
        .extracting(Map.Entry::getKey)
        .containsExactly(
            "model",
            "fingerprint",
            "runtime_version",
            "os",
            "processor",
            "cores",
            "threads",
            "seconds",
            "measures");
    JsonNode prefill = root.path("measures").get(0);
    assertThat(prefill.properties())
        .extracting(Map.Entry::getKey)
        .containsExactly(
            "measure",
            "precision",
            "unit",
            "best",
            "median",
            "amount",
            "best_s",
            "median_s",
            "cpu_s",
            "laps",
            "flops",
            "bytes",
            "limit",
            "share",
            "share_cpu",
            "detail");
    assertThat(prefill.path("unit").asText()).isEqualTo("tokens/s");
    assertThat(prefill.path("limit").asText()).isEqualTo("gemm");
    assertThat(root.path("measures").get(1).properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("measure", "precision", "unit", "best", "median", "detail");
  }

  @Test
  void aPlanOfNothingIsRefused() {
    BenchPlan.Effort quick = BenchPlan.Effort.QUICK;
    List<Precision> fp32 = List.of(Precision.FP32);

    assertThatThrownBy(() -> new BenchPlan(0, fp32, List.of(1), quick))
        .hasMessage("threads must be at least 1, not 0");
    assertThatThrownBy(() -> new BenchPlan(1, List.of(), List.of(1), quick))
        .hasMessage("a bench needs at least one precision");
    assertThatThrownBy(() -> new BenchPlan(1, fp32, List.of(), quick))
        .hasMessage("a bench needs at least one batch size");
    assertThatThrownBy(() -> new BenchPlan(1, fp32, List.of(1, 0), quick))
        .hasMessage("a batch must be at least 1, not 0");
  }
}
