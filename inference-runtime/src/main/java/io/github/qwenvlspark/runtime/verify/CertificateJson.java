package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A certificate for programs. Keys are stable: new ones may come, none changes its meaning. */
public final class CertificateJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CertificateJson() {}

  /** One JSON object; an infinite error is the string {@code "Infinity"}. */
  public static String of(Certificate certificate) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("verified", certificate.verified());
    certificate.red().forEach(root.putArray("red")::add);
    root.put("model", certificate.model());
    root.put("fingerprint", certificate.fingerprint());
    root.put("runtime_version", certificate.runtimeVersion());
    root.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    root.put("seconds", certificate.seconds());
    var measures = root.putArray("measures");
    for (Measure measure : certificate.measures()) {
      ObjectNode node = measures.addObject();
      node.put("measure", measure.name());
      node.put("cases", measure.cases());
      node.put("largest_error", measure.largestError());
      node.put("tolerance", measure.tolerance());
      node.put("verdict", measure.verdict().label());
      node.put("detail", measure.detail());
    }
    var files = root.putArray("files");
    for (FileDigest file : certificate.files()) {
      files.addObject().put("file", file.name()).put("sha256", file.sha256());
    }
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of strings and numbers can be written", e);
    }
  }
}
