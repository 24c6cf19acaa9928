package io.github.qwenvlspark.runtime.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 over everything of a checkpoint that decides an answer: configuration, tokenizer,
 * template and every byte of the weights, an adapter's too. Two folders with the same fingerprint
 * answer alike.
 */
public final class Fingerprint {
  private static final List<String> SMALL_FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "preprocessor_config.json",
          "tokenizer.json",
          "chat_template.jinja",
          "chat_template.json");

  private Fingerprint() {}

  /** Reads the files once, shards in parallel; about a second for each gigabyte and core. */
  public static String of(Checkpoint checkpoint) {
    List<Path> files = new ArrayList<>();
    for (String name : SMALL_FILES) {
      Path file = checkpoint.folder().resolve(name);
      if (Files.exists(file)) {
        files.add(file);
      }
    }
    files.addAll(checkpoint.weights().files());
    checkpoint.adapter().ifPresent(adapter -> files.addAll(adapter.files()));
    MessageDigest all = sha256();
    // Ordered results: the digest of digests must not depend on which shard is read first.
    files.parallelStream().map(Fingerprint::digest).toList().forEach(all::update);
    return HexFormat.of().formatHex(all.digest());
  }

  private static byte[] digest(Path file) {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw CheckpointProblem.in(file, "cannot be read", e);
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
