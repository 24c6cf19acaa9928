package io.github.qwenvlspark.runtime.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An MP4 or MOV whose boxes can be changed and replaced; the sizes of the boxes around them follow.
 * Its index must stand behind its frames, so that these stay where they are. Immutable.
 */
record Mp4Boxes(byte[] bytes) {
  private static final int HEADER = 8;

  /** Writes {@code value} so many bytes behind the header of the box that {@code path} names. */
  Mp4Boxes put(String path, int offset, int value) {
    byte[] changed = bytes.clone();
    ByteBuffer.wrap(changed).putInt(place(path) + HEADER + offset, value);
    return new Mp4Boxes(changed);
  }

  Mp4Boxes putShort(String path, int offset, int value) {
    byte[] changed = bytes.clone();
    ByteBuffer.wrap(changed).putShort(place(path) + HEADER + offset, (short) value);
    return new Mp4Boxes(changed);
  }

  /** Gives the box another content. */
  Mp4Boxes replace(String path, byte[] content) {
    int at = place(path);
    int size = size(at);
    ByteBuffer changed = ByteBuffer.allocate(bytes.length - size + HEADER + content.length);
    changed.put(bytes, 0, at).put(box(path.substring(path.lastIndexOf('/') + 1), content));
    changed.put(bytes, at + size, bytes.length - at - size);
    int grown = HEADER + content.length - size;
    for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      int around = place(path.substring(0, end));
      changed.putInt(around, size(around) + grown);
    }
    return new Mp4Boxes(changed.array());
  }

  static byte[] box(String name, byte[] content) {
    return ByteBuffer.allocate(HEADER + content.length)
        .putInt(HEADER + content.length)
        .put(name.getBytes(StandardCharsets.ISO_8859_1))
        .put(content)
        .array();
  }

  private int place(String path) {
    int from = 0;
    int to = bytes.length;
    for (String name : path.split("/", -1)) {
      int at = from;
      while (!nameAt(at).equals(name)) {
        at += size(at);
        if (at >= to) {
          throw new IllegalArgumentException("No box " + path);
        }
      }
      to = at + size(at);
      from = at + HEADER;
    }
    return from - HEADER;
  }

  private String nameAt(int at) {
    return new String(Arrays.copyOfRange(bytes, at + 4, at + 8), StandardCharsets.ISO_8859_1);
  }

  private int size(int at) {
    return ByteBuffer.wrap(bytes).getInt(at);
  }
}
