package io.github.qwenvlspark.runtime.media;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** Picture formats, told by their first bytes: names lie. */
public enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  BMP,
  TIFF,
  WEBP,
  /** HEIC and AVIF: pictures in the container of MP4, told apart from clips by their brand. */
  HEIF;

  private static final Set<String> HEIF_BRANDS =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis");

  static Optional<ImageFormat> of(byte[] head) {
    if (startsWith(head, 0, "\u00ff\u00d8\u00ff")) {
      return Optional.of(JPEG);
    }
    if (startsWith(head, 0, "\u0089PNG\r\n\u001a\n")) {
      return Optional.of(PNG);
    }
    if (startsWith(head, 0, "GIF87a") || startsWith(head, 0, "GIF89a")) {
      return Optional.of(GIF);
    }
    if (startsWith(head, 0, "BM") && isBmpHeader(head)) {
      return Optional.of(BMP);
    }
    if (startsWith(head, 0, "II*\0")
        || startsWith(head, 0, "MM\0*")
        || startsWith(head, 0, "II+\0")
        || startsWith(head, 0, "MM\0+")) {
      return Optional.of(TIFF);
    }
    if (startsWith(head, 0, "RIFF") && startsWith(head, 8, "WEBP")) {
      return Optional.of(WEBP);
    }
    if (isHeif(head)) {
      return Optional.of(HEIF);
    }
    return Optional.empty();
  }

  private static boolean isHeif(byte[] head) {
    return startsWith(head, 4, "ftyp")
        && head.length >= 12
        && HEIF_BRANDS.contains(new String(head, 8, 4, StandardCharsets.ISO_8859_1));
  }

  /** Two letters are no proof, many a text starts so: the second header states its own size. */
  private static boolean isBmpHeader(byte[] head) {
    return head.length > 17
        && head[14] >= 12
        && head[14] <= 124
        && head[15] == 0
        && head[16] == 0
        && head[17] == 0;
  }

  static boolean startsWith(byte[] bytes, int at, String latin1) {
    byte[] wanted = latin1.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < at + wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (bytes[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
