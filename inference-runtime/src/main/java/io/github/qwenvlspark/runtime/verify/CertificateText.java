package io.github.qwenvlspark.runtime.verify;

import java.util.List;
import java.util.Locale;

/** A certificate, and its measures one by one, for people. */
public final class CertificateText {
  private CertificateText() {}

  /** The line above the measures. */
  public static String heading() {
    return row("measure", "cases", "largest error", "tolerance", "verdict", "");
  }

  /** One measure. */
  public static String line(Measure measure) {
    return row(
        measure.name(),
        String.format(Locale.ROOT, "%,d", measure.cases()),
        error(measure.largestError()),
        measure.tolerance() == 0 ? "exact" : error(measure.tolerance()),
        measure.verdict().label(),
        measure.detail());
  }

  private static String row(
      String name, String cases, String error, String tolerance, String verdict, String detail) {
    return String.format(
            Locale.ROOT,
            "  %-20s %9s   %-13s  %-9s  %-8s  %s%n",
            name,
            cases,
            error,
            tolerance,
            verdict,
            detail)
        .replaceAll(" +(\\R)", "$1");
  }

  private static String error(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.1e", value);
  }

  /** What stands below the measures: what was verified, and the verdict as the last line. */
  public static String summary(Certificate certificate) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%n  SHA-256 of the files%n"));
    for (FileDigest file : certificate.files()) {
      text.append(String.format(Locale.ROOT, "  %s  %s%n", file.sha256(), file.name()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%n  checkpoint %s, model.fingerprint %s%n  qwen-vl-spark %s, %s %s, %.1f s%n%n%s%n",
            certificate.model(),
            certificate.fingerprint().isEmpty() ? "unknown" : certificate.fingerprint(),
            certificate.runtimeVersion(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            certificate.seconds(),
            verdict(certificate)));
    return text.toString();
  }

  private static String verdict(Certificate certificate) {
    if (!certificate.verified()) {
      return "NOT VERIFIED: " + String.join(", ", certificate.red());
    }
    List<String> recorded = certificate.named(Verdict.RECORDED);
    return "VERIFIED: %d of %d measures are green"
            .formatted(certificate.named(Verdict.GREEN).size(), certificate.measures().size())
        + (recorded.isEmpty() ? "" : "; only recorded: " + String.join(", ", recorded));
  }
}
