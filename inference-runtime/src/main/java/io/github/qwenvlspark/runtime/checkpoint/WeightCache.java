package io.github.qwenvlspark.runtime.checkpoint;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A folder of weights that were computed from a checkpoint, each set in one file named by its key.
 * Thread-safe, also among processes: a file appears whole or not at all, and equal keys mean equal
 * bytes. A file that its disk has damaged is written anew. Nothing is ever removed: the folder may
 * be deleted whenever no model is open.
 */
public final class WeightCache {
  private static final String PARTIAL = ".partial";

  private final Path folder;

  /**
   * The cache in {@code folder}, which is created when it is first needed.
   *
   * @param folder empty for {@code qwen-vl-spark-USER} in the system's folder for temporary files
   */
  public WeightCache(String folder) {
    this.folder = folder.isEmpty() ? privateFolder() : Path.of(folder);
  }

  /** Where the weights are kept. */
  public Path folder() {
    return folder;
  }

  /**
   * Makes the folder where it is not there and writes a file into it.
   *
   * @return bytes that are free there
   * @throws IOException if that cannot be done, or the folder is somebody else's
   */
  public long requireWritable() throws IOException {
    requireOurs();
    Files.delete(Files.createTempFile(folder, "", PARTIAL));
    return Files.getFileStore(folder).getUsableSpace();
  }

  private static Path privateFolder() {
    String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
    return Path.of(System.getProperty("java.io.tmpdir"), "qwen-vl-spark-" + user);
  }

  /**
   * The weights of that key by name, computed and written where they are not there yet.
   *
   * @param key names what the weights are and what they were computed from: letters, digits and
   *     dashes
   * @param content announces the tensors to write
   * @throws QwenVlException INVALID_REQUEST if the folder cannot hold them
   */
  public Map<String, TensorLocation> tensors(String key, Consumer<SafetensorsWriter> content) {
    if (!key.matches("[A-Za-z0-9-]+")) {
      throw new IllegalArgumentException("No key for a file: " + key);
    }
    Path file = folder.resolve(key + ".safetensors");
    try {
      requireOurs();
      if (!DataChecksum.holds(file)) {
        write(file, content);
      }
      Map<String, TensorLocation> byName = new LinkedHashMap<>();
      for (TensorLocation tensor : SafetensorsHeader.read(file.toRealPath())) {
        byName.put(tensor.name(), tensor);
      }
      return byName;
    } catch (IOException e) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Cannot keep computed weights in %s (%s); set cacheFolder to a folder of your own"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /**
   * Creates the folder for its user alone. Where it is there already, somebody else may have
   * planted it to make us read their weights: so its owner must be the owner of what we create.
   */
  private void requireOurs() throws IOException {
    if (!Files.exists(folder)) {
      boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
      Files.createDirectories(
          folder,
          posix
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
              }
              : new FileAttribute<?>[0]);
    }
    if (folder.equals(privateFolder())) {
      Path probe = Files.createTempFile(folder, "", PARTIAL);
      boolean ours = Files.getOwner(probe).equals(Files.getOwner(folder));
      Files.delete(probe);
      if (!ours) {
        throw new IOException("the folder belongs to " + Files.getOwner(folder).getName());
      }
    }
  }

  private void write(Path file, Consumer<SafetensorsWriter> content) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    content.accept(writer);
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < writer.bytes()) {
      throw new IOException("%,d bytes needed, %,d free".formatted(writer.bytes(), free));
    }
    Path partial = Files.createTempFile(folder, "", PARTIAL);
    try {
      writer.write(partial);
      // Whoever is second replaces equal bytes; those who have mapped the first file keep it.
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
