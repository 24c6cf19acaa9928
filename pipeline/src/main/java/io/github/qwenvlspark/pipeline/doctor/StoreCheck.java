package io.github.qwenvlspark.pipeline.doctor;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Whether a store can be read. Says the kind of a failure alone: messages may hold secrets. */
final class StoreCheck {
  private static final String NAME = "store";

  private StoreCheck() {}

  static Finding look(String uri, Configuration hadoop) {
    try {
      Path path = new Path(uri);
      RemoteIterator<FileStatus> entries = path.getFileSystem(hadoop).listStatusIterator(path);
      String first = entries.hasNext() ? "its listing begins" : "it is empty";
      return Finding.good(NAME, "%s: %s".formatted(path.toUri().getScheme(), first));
    } catch (UnsupportedFileSystemException e) {
      return Finding.bad(
          NAME,
          "no file system for this scheme; put its jar on Spark's class path (s3a: hadoop-aws)");
    } catch (FileNotFoundException e) {
      return Finding.bad(NAME, "nothing is there; look at the path");
    } catch (AccessDeniedException e) {
      return Finding.bad(
          NAME,
          "access is denied; look at the credentials that Hadoop finds, and allow get and list");
    } catch (IOException | RuntimeException e) {
      return Finding.bad(
          NAME,
          "cannot be read (%s): look at the path, the store's jar and its credentials"
              .formatted(rootOf(e).getClass().getName()));
    }
  }

  static Throwable rootOf(Throwable e) {
    return e.getCause() == null ? e : rootOf(e.getCause());
  }
}
