package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A file of the checkpoint and what its bytes hash to.
 *
 * @param name below the checkpoint folder
 * @param sha256 in hex
 * @param gitBlob SHA-1 that Git, and so the Hugging Face hub, names small files by; in hex
 */
public record FileDigest(String name, String sha256, String gitBlob) {
  private static final Set<String> SMALL_FILES =
      Set.of(
          "config.json",
          "generation_config.json",
          "preprocessor_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja",
          "chat_template.json",
          "model.safetensors.index.json");

  /** Digests of all files of a folder that decide answers, by name. */
  static List<FileDigest> of(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files =
          entries
              .filter(file -> decides(file.getFileName().toString()) && Files.isRegularFile(file))
              .sorted(Comparator.comparing(file -> file.getFileName().toString()))
              .toList();
      return files.parallelStream().map(FileDigest::read).toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /** Whether a file of that name decides answers. */
  private static boolean decides(String name) {
    return SMALL_FILES.contains(name) || name.endsWith(".safetensors");
  }

  private static FileDigest read(Path file) {
    MessageDigest sha256 = digest("SHA-256");
    MessageDigest git = digest("SHA-1");
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      git.update("blob %d\0".formatted(Files.size(file)).getBytes(StandardCharsets.UTF_8));
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        git.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    HexFormat hex = HexFormat.of();
    return new FileDigest(
        file.getFileName().toString(), hex.formatHex(sha256.digest()), hex.formatHex(git.digest()));
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has " + algorithm, e);
    }
  }

  private static QwenVlException unreadable(Path file, IOException e) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST, "Cannot read %s; check its permissions".formatted(file), e);
  }
}
