package io.github.qwenvlspark.pipeline.manifest;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;

/**
 * A folder to list.
 *
 * @param name glob that its entries must match; folders that do are listed wholly
 * @param below whether its folders count, with all that is below them
 */
record ListedFolder(String path, String name, boolean below) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String ANY = "*";

  static ListedFolder deep(String path) {
    return new ListedFolder(path, ANY, true);
  }

  static ListedFolder glob(String path, String name) {
    return new ListedFolder(path, name, true);
  }

  /** Its own files. */
  ListedFolder shallow() {
    return new ListedFolder(path, name, false);
  }

  /** Its entries that count; they come in pages, and are never held together. */
  RemoteIterator<FileStatus> entries(Configuration hadoop) throws IOException {
    Path folder = new Path(path);
    GlobFilter wanted = new GlobFilter(name);
    return RemoteIterators.filteringRemoteIterator(
        folder.getFileSystem(hadoop).listStatusIterator(folder),
        entry -> counts(entry.getPath().getName()) && wanted.accept(entry.getPath()));
  }

  /** As Spark's own sources of files see it. */
  private static boolean counts(String name) {
    boolean hidden = name.startsWith(".") || (name.startsWith("_") && !name.contains("="));
    return !hidden && !name.endsWith("._COPYING_");
  }
}
