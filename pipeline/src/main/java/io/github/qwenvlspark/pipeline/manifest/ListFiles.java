package io.github.qwenvlspark.pipeline.manifest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Folders in, their files out, as they come from the store. A folder that is deleted meanwhile
 * holds nothing; one that was asked for must be there, on whatever machine it is listed.
 */
final class ListFiles implements FlatMapFunction<ListedFolder, FileStatus> {
  private static final long serialVersionUID = 1L;

  private static final RemoteIterator<FileStatus> NONE =
      RemoteIterators.remoteIteratorFromArray(new FileStatus[0]);

  private final Set<String> asked;
  private final SerializableConfiguration hadoop;

  /**
   * @param asked paths that must be there
   */
  ListFiles(Set<String> asked, SerializableConfiguration hadoop) {
    this.asked = asked;
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
    private ListedFolder listed;
    private RemoteIterator<FileStatus> entries = NONE;
    private FileStatus next;

    Files(ListedFolder root) {
      this.root = root;
      listed = root;
      open.push(root);
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null && advance()) {}
        return next != null;
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot list the files of " + listed.path(), e);
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
        listed = open.pop();
        entries = listed.entries(hadoop.value());
      } catch (FileNotFoundException e) {
        if (asked.contains(listed.path())) {
          throw e;
        }
        entries = NONE;
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
