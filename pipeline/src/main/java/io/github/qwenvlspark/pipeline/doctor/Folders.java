package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.runtime.checkpoint.WeightCache;
import io.github.qwenvlspark.runtime.memory.MemoryBudget;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The two folders that a run writes to on each machine. */
final class Folders {
  /** Native libraries of ONNX Runtime, FFmpeg and the tokenizer, unpacked. */
  private static final long LIBRARIES = 200L << 20;

  private Folders() {}

  /** Where native libraries are unpacked and loaded from. */
  static Finding temporary() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      Path probe = Files.createTempFile(folder, "qwenvl", ".probe");
      try {
        File file = probe.toFile();
        boolean programs = file.setExecutable(true) && file.canExecute();
        long free = Files.getFileStore(folder).getUsableSpace();
        String detail = "%s, %s free".formatted(folder, MemoryBudget.size(free));
        if (!programs) {
          return Finding.bad(
              "temporary folder",
              detail + "; mounted noexec, so native libraries cannot run: set -Djava.io.tmpdir");
        }
        return free < LIBRARIES
            ? Finding.bad(
                "temporary folder",
                detail + "; native libraries need " + MemoryBudget.size(LIBRARIES))
            : Finding.good("temporary folder", detail);
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      return Finding.bad(
          "temporary folder", folder + " cannot be written to: set -Djava.io.tmpdir");
    }
  }

  /** Where computed weights are kept; a full one matters only when it is needed. */
  static Finding cache(String setting) {
    WeightCache cache = new WeightCache(setting);
    try {
      return Finding.good(
          "cache folder",
          "%s, %s free".formatted(cache.folder(), MemoryBudget.size(cache.requireWritable())));
    } catch (IOException e) {
      return Finding.bad(
          "cache folder",
          "%s cannot be used (%s): set spark.qwenvl.engine.cacheFolder"
              .formatted(cache.folder(), e.getMessage()));
    }
  }
}
