package io.github.qwenvlspark.pipeline.scale;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSExceptionMessages;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * {@code gen://200x1000/}: 200 folders of 1000 pictures each. Nothing is stored: a name is all that
 * there is of a file, and one of ten small pictures its bytes. Thread-safe.
 */
public final class GeneratedFiles extends FileSystem {
  private static final int SIZES = 10;
  private static final byte[][] PICTURES =
      IntStream.range(0, SIZES).mapToObj(GeneratedFiles::png).toArray(byte[][]::new);

  private URI uri;
  private int folders;
  private int files;

  @Override
  public String getScheme() {
    return "gen";
  }

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    uri = URI.create("gen://" + name.getAuthority());
    String[] counts = name.getAuthority().split("x", 2);
    folders = Integer.parseInt(counts[0]);
    files = Integer.parseInt(counts[1]);
  }

  @Override
  public URI getUri() {
    return uri;
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    String[] names = path.toUri().getPath().substring(1).split("/", -1);
    if (names[0].isEmpty()) {
      return folder(path);
    }
    int folder = number(names[0], "f(\\d+)", folders);
    if (names.length == 1) {
      return folder(path);
    }
    return file(path, folder + number(names[1], "d(\\d+)[.]png", files));
  }

  private static int number(String name, String pattern, int most) throws IOException {
    if (!name.matches(pattern) || Integer.parseInt(name.replaceAll("\\D", "")) >= most) {
      throw new FileNotFoundException(name);
    }
    return Integer.parseInt(name.replaceAll("\\D", ""));
  }

  private FileStatus folder(Path path) {
    return new FileStatus(0, true, 1, 1, 0, makeQualified(path));
  }

  private FileStatus file(Path path, int number) {
    long length = PICTURES[number % SIZES].length;
    return new FileStatus(length, false, 1, 1 << 20, 1_700_000_000_000L, makeQualified(path));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    String name = path.toUri().getPath().substring(1);
    if (name.isEmpty()) {
      return IntStream.range(0, folders)
          .mapToObj(folder -> folder(new Path(path, "f" + folder)))
          .toArray(FileStatus[]::new);
    }
    int folder = number(name, "f(\\d+)", folders);
    return IntStream.range(0, files)
        .mapToObj(file -> file(new Path(path, "d" + file + ".png"), folder + file))
        .toArray(FileStatus[]::new);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    String[] names = path.toUri().getPath().substring(1).split("/", -1);
    int number = number(names[0], "f(\\d+)", folders) + number(names[1], "d(\\d+)[.]png", files);
    return new FSDataInputStream(new InMemory(PICTURES[number % SIZES]));
  }

  private static byte[] png(int size) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(
          new BufferedImage(28 * (size + 1), 28, BufferedImage.TYPE_BYTE_GRAY), "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress) {
    throw readOnly();
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw readOnly();
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw readOnly();
  }

  @Override
  public boolean delete(Path path, boolean recursive) {
    throw readOnly();
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    throw readOnly();
  }

  private static UnsupportedOperationException readOnly() {
    return new UnsupportedOperationException("Generated files are only read");
  }

  @Override
  public void setWorkingDirectory(Path path) {}

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri + "/");
  }

  /** Bytes as a file. */
  private static final class InMemory extends FSInputStream {
    private final byte[] bytes;
    private int position;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void seek(long target) throws IOException {
      if (target < 0 || target > bytes.length) {
        throw new IOException(FSExceptionMessages.CANNOT_SEEK_PAST_EOF);
      }
      position = (int) target;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public int read() {
      return position < bytes.length ? bytes[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int count) {
      int read = Math.min(count, bytes.length - position);
      System.arraycopy(bytes, position, target, offset, read);
      position += read;
      return read > 0 || count == 0 ? read : -1;
    }
  }
}
