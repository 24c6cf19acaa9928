package io.github.qwenvlspark.pipeline.crash;

import io.github.qwenvlspark.pipeline.crash.Gates.Point;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The local files as {@code crash:/path}, with gates before what is done to them. A commit gets its
 * name as in HDFS: at once, and only if nobody had it.
 */
public final class CrashFiles extends RawLocalFileSystem {
  @Override
  public URI getUri() {
    return URI.create("crash:///");
  }

  @Override
  public String getScheme() {
    return "crash";
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    Gates.pass(Point.OPEN, path.toString());
    return super.open(path, bufferSize);
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    Gates.pass(Point.CREATE, path.toString());
    OutputStream file = super.createOutputStreamWithMode(path, append, permission);
    return new FilterOutputStream(file) {
      private boolean closed;

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
      }

      @Override
      public void close() throws IOException {
        if (!closed) {
          closed = true;
          Gates.pass(Point.CLOSE, path.toString());
          super.close();
          Gates.pass(Point.CLOSED, path.toString());
        }
      }
    };
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (!to.getParent().getName().equals("_delta_log")) {
      return super.rename(from, to);
    }
    Gates.pass(Point.RENAME, to.toString());
    try {
      Files.createLink(pathToFile(to).toPath(), pathToFile(from).toPath());
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    Files.delete(pathToFile(from).toPath());
    Gates.pass(Point.RENAMED, to.toString());
    return true;
  }
}
