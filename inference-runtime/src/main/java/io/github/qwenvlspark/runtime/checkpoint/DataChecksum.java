package io.github.qwenvlspark.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * CRC-32C over a {@code .safetensors} file that we wrote, kept in its header: finds what a disk has
 * lost or changed. Processors compute it faster than they read memory, and the pages that it reads
 * are those that are needed next.
 */
final class DataChecksum {
  /** Where it stands in {@code __metadata__}, as eight hex digits. */
  static final String KEY = "crc32c";

  /** Stands in its place while it is computed; as wide, so that the header keeps its length. */
  static final String UNKNOWN = "00000000";

  private static final int LENGTH_BYTES = 8;
  private static final int BUFFER = 1 << 20;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DataChecksum() {}

  /**
   * The checksum of a file.
   *
   * @param header its first bytes, with {@link #UNKNOWN} for the checksum
   */
  static String of(byte[] header, FileChannel file) throws IOException {
    CRC32C checksum = new CRC32C();
    checksum.update(header);
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
    for (long at = header.length; file.read(bytes, at) >= 0; at += bytes.limit(), bytes.clear()) {
      checksum.update(bytes.flip());
    }
    return "%08x".formatted(checksum.getValue());
  }

  /** Whether the file is one of ours and still holds what was written. */
  static boolean holds(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long length = LENGTH_BYTES + read(channel, LENGTH_BYTES).getLong();
      if (length < LENGTH_BYTES || length > channel.size()) {
        return false;
      }
      byte[] header = read(channel, Math.toIntExact(length)).array();
      String text = new String(header, StandardCharsets.ISO_8859_1);
      String json = text.substring(LENGTH_BYTES);
      String written = MAPPER.readTree(json).path("__metadata__").path(KEY).asText();
      byte[] blank =
          text.replaceFirst(Pattern.quote(written), UNKNOWN).getBytes(StandardCharsets.ISO_8859_1);
      return written.length() == UNKNOWN.length() && written.equals(of(blank, channel));
    } catch (IOException | ArithmeticException e) {
      return false;
    }
  }

  /** The first bytes. */
  private static ByteBuffer read(FileChannel file, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, bytes.position()) < 0) {
        throw new EOFException("end of " + length + " bytes");
      }
    }
    return bytes.flip();
  }
}
