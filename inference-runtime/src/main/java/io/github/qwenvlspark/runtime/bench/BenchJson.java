package io.github.qwenvlspark.runtime.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** A bench for programs. Keys are stable: new ones may come, none changes its meaning. */
public final class BenchJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private BenchJson() {}

  /** One JSON object; what a measure has none of is left out of it. */
  public static String of(BenchReport report) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("model", report.model());
    root.put("fingerprint", report.fingerprint());
    root.put("runtime_version", report.runtimeVersion());
    root.put("os", report.machine().os());
    root.put("processor", report.machine().processor());
    root.put("cores", report.machine().cores());
    root.put("threads", report.machine().threads());
    root.put("seconds", report.seconds());
    var measures = root.putArray("measures");
    report.measures().forEach(measure -> write(measure, measures.addObject()));
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of strings and numbers can be written", e);
    }
  }

  private static void write(Measure measure, ObjectNode node) {
    node.put("measure", measure.name());
    node.put("precision", measure.precision());
    node.put("unit", measure.unit());
    node.put("best", measure.best());
    node.put("median", measure.median());
    measure
        .timing()
        .ifPresent(
            timing -> {
              node.put("amount", measure.amount());
              node.put("best_s", timing.bestS());
              node.put("median_s", timing.medianS());
              node.put("cpu_s", timing.cpuS());
              node.put("laps", timing.laps());
            });
    measure
        .share()
        .ifPresent(
            share -> {
              node.put("flops", measure.work().flops());
              node.put("bytes", measure.work().bytes());
              node.put("limit", share.limit().name().toLowerCase(Locale.ROOT));
              node.put("share", share.ofWall());
              node.put("share_cpu", share.ofCpu());
            });
    node.put("detail", measure.detail());
  }
}
