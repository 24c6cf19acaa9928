package io.github.qwenvlspark.pipeline.manifest;

import java.io.FileNotFoundException;
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

/**
 * Folders in, their files out, as they come from the store. A folder that is deleted meanwhile
 * holds nothing.
 */
final class ListFiles implements FlatMapFunction<ListedFolder, FileStatus> {
  private static final long serialVersionUID = 1L;

  private static final RemoteIterator<FileStatus> NONE =
      RemoteIterators.remoteIteratorFromArray(new FileStatus[0]);

  private final SerializableConfiguration hadoop;

  ListFiles(SerializableConfiguration hadoop) {
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<FileStatus> call(ListedFolder folder) {
    return new Files(folder);
  }

  /** Goes down into folders when the files beside them are through. */
  private final class Files implements Iterator<FileStatus> {
    private final Deque<ListedFolder> open = new ArrayDeque<>();
    private final ListedFolder root;
    private RemoteIterator<FileStatus> entries = NONE;
    private FileStatus next;

    Files(ListedFolder root) {
      this.root = root;
      open.push(root);
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null && advance()) {}
        return next != null;
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot list the files of " + root.path(), e);
      }
    }

    /** One entry further; false at the end. */
    private boolean advance() throws IOException {
      try {
        if (entries.hasNext()) {
          take(entries.next());
          return true;
        }
        if (open.isEmpty()) {
          return false;
        }
        entries = open.pop().entries(hadoop.value());
      } catch (FileNotFoundException e) {
        entries = NONE; // of the folder that is gone
      }
      return true;
    }

    private void take(FileStatus entry) {
      if (!entry.isDirectory()) {
        next = entry;
      } else if (root.below()) {
        open.push(ListedFolder.deep(entry.getPath().toString()));
      }
    }

    @Override
    public FileStatus next() {
      if (!hasNext()) {
        throw new NoSuchElementException("All files were listed");
      }
      FileStatus file = next;
      next = null;
      return file;
    }
  }
}
