package io.github.qwenvlspark.runtime.schema;

import java.util.Map;
import java.util.Optional;

/**
 * Formats of texts as patterns that write valid texts only; where a format allows more than its
 * common part, only that part is ever written.
 */
final class TextFormats {
  private static final String LEAP_YEAR =
      "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
  private static final String DATE =
      "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
          + "|02-(?:0[1-9]|1[0-9]|2[0-8]))|"
          + LEAP_YEAR
          + "-02-29)";
  private static final String CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
  private static final String TIME =
      CLOCK + ":[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+\\-](?:0[0-9]|1[0-7]):[0-5][0-9])";
  private static final String HOST_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,30}[A-Za-z0-9])?";
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  private static final Map<String, String> PATTERNS =
      Map.of(
          "date", "^" + DATE + "$",
          "time", "^" + TIME + "$",
          "date-time", "^" + DATE + "T" + TIME + "$",
          "uuid", "^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
          "email",
              "^[A-Za-z0-9_%+\\-]{1,32}(?:\\.[A-Za-z0-9_%+\\-]{1,16}){0,2}@(?:"
                  + HOST_LABEL
                  + "\\.){1,3}[A-Za-z]{2,10}$",
          "ipv4", "^" + OCTET + "(?:\\." + OCTET + "){3}$");

  private TextFormats() {}

  /** The pattern of a format that is known. */
  static Optional<String> pattern(String format) {
    return Optional.ofNullable(PATTERNS.get(format));
  }

  /** Their names, in order. */
  static String known() {
    return String.join(", ", PATTERNS.keySet().stream().sorted().toList());
  }
}
