package io.github.qwenvlspark.pipeline.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.SerializableConfiguration;

/** Folders in, the URIs of their files out, as they come from the store. */
final class ListFiles implements FlatMapFunction<ListedFolder, String> {
  private static final long serialVersionUID = 1L;

  private final SerializableConfiguration hadoop;

  ListFiles(SerializableConfiguration hadoop) {
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<String> call(ListedFolder folder) {
    return new Files(folder);
  }

  /** Goes down into folders when the files beside them are through. */
  private final class Files implements Iterator<String> {
    private final Deque<ListedFolder> open = new ArrayDeque<>();
    private final boolean below;
    private RemoteIterator<FileStatus> entries =
        RemoteIterators.remoteIteratorFromArray(new FileStatus[0]);
    private String next;

    Files(ListedFolder root) {
      open.push(root);
      below = root.below();
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null && advance()) {}
        return next != null;
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot list the files of the manifest's folder", e);
      }
    }

    /** One entry further; false at the end. */
    private boolean advance() throws IOException {
      if (!entries.hasNext()) {
        if (open.isEmpty()) {
          return false;
        }
        entries = open.pop().entries(hadoop.value());
        return true;
      }
      FileStatus entry = entries.next();
      if (!entry.isDirectory()) {
        next = entry.getPath().toString();
      } else if (below) {
        open.push(ListedFolder.deep(entry.getPath().toString()));
      }
      return true;
    }

    @Override
    public String next() {
      if (!hasNext()) {
        throw new NoSuchElementException("All files were listed");
      }
      String file = next;
      next = null;
      return file;
    }
  }
}
