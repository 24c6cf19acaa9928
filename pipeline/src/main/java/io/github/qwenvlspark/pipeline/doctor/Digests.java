package io.github.qwenvlspark.pipeline.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether the files of a checkpoint are those that were published: by a list {@code SHA256SUMS} as
 * {@code sha256sum} writes it, and by the names that Hugging Face's cache gives to large files.
 * Reads all of them, about a second for each gigabyte.
 */
record Digests(Path model) implements Check {
  private static final String NAME = "digests";
  private static final String LIST = "SHA256SUMS";
  private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{64}) [ *](.+)");
  private static final Pattern BLOB = Pattern.compile("[0-9a-f]{64}");

  @Override
  public List<Finding> look() {
    if (!Files.isDirectory(model)) {
      return List.of();
    }
    try {
      Map<Path, String> expected = expected();
      return expected.isEmpty()
          ? List.of(
              Finding.note(
                  NAME,
                  "nothing to compare with: write %s by sha256sum where the checkpoint is known to be good"
                      .formatted(LIST)))
          : compared(expected);
    } catch (IOException e) {
      return List.of(
          Finding.bad(NAME, "a file of %s cannot be read: copy it again".formatted(model)));
    }
  }

  private static List<Finding> compared(Map<Path, String> expected) throws IOException {
    List<Finding> bad = new ArrayList<>();
    for (Map.Entry<Path, String> file : expected.entrySet()) {
      if (!Files.exists(file.getKey())) {
        bad.add(Finding.bad(NAME, "%s is missing, which %s lists".formatted(file.getKey(), LIST)));
      } else if (!sha256(file.getKey()).equals(file.getValue())) {
        bad.add(
            Finding.bad(
                NAME,
                "%s has another SHA-256 than was published: copy it again"
                    .formatted(file.getKey())));
      }
    }
    return bad.isEmpty()
        ? List.of(Finding.good(NAME, "%d files are as published".formatted(expected.size())))
        : bad;
  }

  private Map<Path, String> expected() throws IOException {
    Map<Path, String> expected = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.filter(Files::isSymbolicLink).sorted().toList()) {
        String blob = Files.readSymbolicLink(file).getFileName().toString();
        if (BLOB.matcher(blob).matches()) {
          expected.put(file, blob);
        }
      }
    }
    Path list = model.resolve(LIST);
    for (String line : Files.exists(list) ? Files.readAllLines(list) : List.<String>of()) {
      Matcher entry = LINE.matcher(line);
      if (entry.matches()) {
        expected.put(model.resolve(entry.group(2)), entry.group(1).toLowerCase(Locale.ROOT));
      }
    }
    return expected;
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 20];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
