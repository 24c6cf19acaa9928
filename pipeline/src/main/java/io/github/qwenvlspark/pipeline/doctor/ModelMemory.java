package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.memory.MemoryBudget;
import io.github.qwenvlspark.runtime.memory.MemoryItem;
import io.github.qwenvlspark.runtime.memory.MemoryNeed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the model needs in each precision, beside what there is. */
record ModelMemory(Path model, EngineOptions options, MemoryBudget budget) {
  /** The need in another precision. */
  MemoryNeed need(Precision precision) {
    return QwenVl.memoryNeed(model, options.with(precision));
  }

  /** One finding for each precision; that of {@code chosen} must fit. */
  List<Finding> look(Precision chosen) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.good(
            "memory",
            "%s outside the Java heap (%s), %s free now"
                .formatted(
                    MemoryBudget.size(budget.bytes()),
                    budget.source(),
                    MemoryBudget.size(budget.free()))));
    for (Precision precision : Precision.values()) {
      findings.add(finding(need(precision), precision == chosen));
    }
    return findings;
  }

  private Finding finding(MemoryNeed need, boolean chosen) {
    String name = "memory " + need.precision().label();
    boolean fits = budget.holds(need) && need.total() <= budget.free();
    String detail =
        "needs %s, %s%s%n%s"
            .formatted(
                MemoryBudget.size(need.total()),
                fits ? "fits" : "does not fit",
                chosen ? "; this is the one that a run takes" : "",
                items(need));
    if (fits) {
      return Finding.good(name, detail);
    }
    return chosen ? Finding.bad(name, detail) : Finding.note(name, detail);
  }

  private static String items(MemoryNeed need) {
    return need.bytes().entrySet().stream()
        .filter(item -> item.getValue() > 0)
        .map(ModelMemory::item)
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String item(Map.Entry<MemoryItem, Long> item) {
    String lever = item.getKey().lever();
    return "%9s  %s%s"
        .formatted(
            MemoryBudget.size(item.getValue()),
            item.getKey().label(),
            lever.isEmpty() ? "" : " (lower with " + lever + ")");
  }
}
