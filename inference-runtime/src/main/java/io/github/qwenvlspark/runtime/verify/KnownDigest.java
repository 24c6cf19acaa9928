package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a file should hash to, as someone wrote down before.
 *
 * @param hex a SHA-256 of 64 digits, or the 40 digits by which Git names a file
 * @param source who says so
 */
record KnownDigest(String file, String hex, String source) {
  /** As {@code sha256sum} writes it, below the checkpoint folder. */
  static final String LIST = "SHA256SUMS";

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](?:\\./)?([^/]+)");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /** Whether the file is the one that was meant. */
  boolean fits(FileDigest actual) {
    return hex.equals(hex.length() == 64 ? actual.sha256() : actual.gitBlob());
  }

  /** All that the folder itself says of its files. */
  static List<KnownDigest> in(Path folder, List<FileDigest> files) {
    List<KnownDigest> known = new ArrayList<>();
    Path list = folder.resolve(LIST);
    if (Files.isRegularFile(list)) {
      known.addAll(listed(list));
    }
    for (FileDigest file : files) {
      hubBlob(folder, file.name(), known);
      hubDownload(folder, file.name(), known);
    }
    return known;
  }

  private static List<KnownDigest> listed(Path list) {
    List<KnownDigest> known = new ArrayList<>();
    List<String> lines = lines(list);
    for (int i = 0; i < lines.size(); i++) {
      Matcher matcher = LINE.matcher(lines.get(i));
      if (matcher.matches()) {
        known.add(new KnownDigest(matcher.group(2), matcher.group(1), LIST));
      } else if (!lines.get(i).isBlank()) {
        throw new QwenVlException(
            ErrorType.INVALID_REQUEST,
            "%s, line %d: \"SHA-256  file\" is expected; write it with sha256sum in that folder"
                .formatted(list, i + 1));
      }
    }
    return known;
  }

  /** In a hub cache every file is a link to {@code blobs/}, named by its digest. */
  private static void hubBlob(Path folder, String name, List<KnownDigest> known) {
    Path file = folder.resolve(name);
    if (!Files.isSymbolicLink(file)) {
      return;
    }
    try {
      Path blob = file.toRealPath();
      add(name, blob.getFileName().toString(), "name of the hub's blob", known);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** {@code hf download --local-dir} leaves the commit and the digest of each file. */
  private static void hubDownload(Path folder, String name, List<KnownDigest> known) {
    Path metadata = folder.resolve(".cache/huggingface/download").resolve(name + ".metadata");
    if (Files.isRegularFile(metadata)) {
      List<String> lines = lines(metadata);
      if (lines.size() > 1) {
        add(name, lines.get(1).strip(), "record of the hub's download", known);
      }
    }
  }

  private static void add(String name, String hex, String source, List<KnownDigest> known) {
    if (HEX.matcher(hex).matches()) {
      known.add(new KnownDigest(name, hex, source));
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static QwenVlException unreadable(Path file, IOException e) {
    return new QwenVlException(ErrorType.INVALID_REQUEST, "Cannot read " + file, e);
  }
}
