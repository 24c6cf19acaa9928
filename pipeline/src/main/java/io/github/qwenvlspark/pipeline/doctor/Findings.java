package io.github.qwenvlspark.pipeline.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** Findings for people and for programs. */
public final class Findings {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Findings() {}

  /** One finding; further lines of its detail stand below the first. */
  public static String line(Finding finding) {
    String detail = finding.detail().replaceAll("\\R", System.lineSeparator() + " ".repeat(26));
    return String.format(
        Locale.ROOT, "  %-16s %-5s  %s%n", finding.name(), finding.verdict().label(), detail);
  }

  /** The last line. */
  public static String summary(List<Finding> findings) {
    List<String> bad = bad(findings);
    return bad.isEmpty()
        ? String.format("%nWELL: %d findings, none is bad%n", findings.size())
        : String.format("%nNOT WELL: %s%n", String.join(", ", bad));
  }

  /** One JSON object. Keys are stable: new ones may come, none changes its meaning. */
  public static String json(List<Finding> findings) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("well", bad(findings).isEmpty());
    bad(findings).forEach(root.putArray("bad")::add);
    var all = root.putArray("findings");
    for (Finding finding : findings) {
      ObjectNode node = all.addObject();
      node.put("finding", finding.name());
      node.put("verdict", finding.verdict().label().toLowerCase(Locale.ROOT));
      node.put("detail", finding.detail());
    }
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of strings can be written", e);
    }
  }

  private static List<String> bad(List<Finding> findings) {
    return findings.stream().filter(Finding::isBad).map(Finding::name).toList();
  }
}
