package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.nio.charset.StandardCharsets;

/** What a file is, told by its first bytes. */
public enum MediaKind {
  IMAGE,
  PDF,
  VIDEO;

  /** Bytes at the start of a file that {@link #of} needs at most. */
  public static final int HEAD_BYTES = 1024;

  /**
   * The kind of a file.
   *
   * @param head the first {@link #HEAD_BYTES} bytes, or the whole file
   * @throws QwenVlException CORRUPT_MEDIA for no bytes, UNSUPPORTED_MEDIA for anything unknown
   */
  public static MediaKind of(byte[] head) {
    if (head.length == 0) {
      throw BrokenMedia.corrupt("The file is empty: 0 bytes");
    }
    if (ImageFormat.of(head).isPresent()) {
      return IMAGE;
    }
    if (new String(head, 0, Math.min(head.length, HEAD_BYTES), StandardCharsets.ISO_8859_1)
        .contains("%PDF-")) {
      return PDF;
    }
    if (isVideo(head) || FrameArchive.isZip(head)) {
      return VIDEO;
    }
    throw new QwenVlException(
        ErrorType.UNSUPPORTED_MEDIA,
        "The file is no picture (JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF), no PDF and no clip (MP4, MOV, WebM,"
            + " MKV, AVI, or a zip of frames), whatever its name says");
  }

  private static boolean isVideo(byte[] head) {
    return ImageFormat.startsWith(head, 4, "ftyp")
        || ImageFormat.startsWith(head, 4, "moov")
        || ImageFormat.startsWith(head, 4, "mdat")
        || ImageFormat.startsWith(head, 4, "wide")
        || ImageFormat.startsWith(head, 4, "free")
        || ImageFormat.startsWith(head, 0, "\u001aE\u00df\u00a3")
        || (ImageFormat.startsWith(head, 0, "RIFF") && ImageFormat.startsWith(head, 8, "AVI "));
  }
}
