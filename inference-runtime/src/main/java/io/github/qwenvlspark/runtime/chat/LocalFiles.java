package io.github.qwenvlspark.runtime.chat;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Files of this machine: plain paths, and {@code file://} followed by one. Nothing is decoded after
 * {@code file://}, as in the reference.
 *
 * <p>Source: {@code fetch_image} in qwen-vl-utils, vision_process.py.
 *
 * @param folder where relative paths start
 */
public record LocalFiles(Path folder, MediaLimits limits) implements MediaSource {
  private static final String FILE = "file://";
  private static final Pattern OTHER_SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://");

  @Override
  public byte[] read(String reference) {
    String path = reference.startsWith(FILE) ? reference.substring(FILE.length()) : reference;
    if (OTHER_SCHEME.matcher(path).find()) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "only local files and data: URIs are read here; fetch it first");
    }
    try {
      Path file = folder.resolve(path);
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new QwenVlException(ErrorType.UNSUPPORTED_MEDIA, file + " is no file");
      }
      limits.requireBytes(Files.size(file));
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new QwenVlException(ErrorType.NOT_FOUND, e.getFile() + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new QwenVlException(ErrorType.ACCESS_DENIED, e.getFile() + " may not be read", e);
    } catch (InvalidPathException e) {
      throw new QwenVlException(ErrorType.INVALID_REQUEST, "this is no path of a file", e);
    } catch (IOException e) {
      throw new QwenVlException(
          ErrorType.NOT_FOUND,
          "the file cannot be read (%s)".formatted(e.getClass().getSimpleName()),
          e);
    }
  }
}
