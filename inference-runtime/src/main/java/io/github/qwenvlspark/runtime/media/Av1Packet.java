package io.github.qwenvlspark.runtime.media;

import java.nio.ByteBuffer;

/**
 * How many frames a packet of AV1 holds. Its decoder goes through all of them in one call, out of
 * reach of a deadline, and a frame may be as short as three bytes. Source: AV1 specification, 5.3
 * (OBU syntax).
 */
final class Av1Packet {
  private static final int FRAME_HEADER = 3;
  private static final int FRAME = 6;

  /** A shown frame and those that it needs are at most 16 or so. */
  private static final int MOST = 64;

  private static final int LEB128_BYTES = 8;

  private Av1Packet() {}

  /** Throws CORRUPT_MEDIA for more frames than an encoder puts into one packet. */
  static void requireFewFrames(ByteBuffer packet) {
    int frames = 0;
    while (packet.hasRemaining()) {
      int header = packet.get();
      int type = (header >> 3) & 15;
      boolean extended = (header & 4) != 0;
      boolean sized = (header & 2) != 0;
      packet.position(Math.min(packet.limit(), packet.position() + (extended ? 1 : 0)));
      long size = sized ? leb128(packet) : packet.remaining();
      packet.position((int) Math.min(packet.limit(), packet.position() + size));
      if ((type == FRAME || type == FRAME_HEADER) && ++frames > MOST) {
        throw BrokenMedia.corrupt("A packet of AV1 holds more than %d frames".formatted(MOST));
      }
    }
  }

  private static long leb128(ByteBuffer packet) {
    long value = 0;
    for (int i = 0; i < LEB128_BYTES && packet.hasRemaining(); i++) {
      int next = packet.get();
      value |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        break;
      }
    }
    return value;
  }
}
