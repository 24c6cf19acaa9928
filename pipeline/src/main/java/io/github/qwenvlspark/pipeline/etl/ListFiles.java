package io.github.qwenvlspark.pipeline.etl;

import io.github.qwenvlspark.pipeline.fetch.Fetcher.Found;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;

/** Folders in, the files below each out; of {@code flat} only those right in it. */
final class ListFiles implements FlatMapFunction<String, Row> {
  private static final long serialVersionUID = 1L;

  private final String flat;
  private final SerializableConfiguration hadoop;

  ListFiles(String flat, SerializableConfiguration hadoop) {
    this.flat = flat;
    this.hadoop = hadoop;
  }

  /** Whether a file or folder of this name is a document's, as Spark sees it. */
  static boolean counts(Path path) {
    return !path.getName().startsWith("_") && !path.getName().startsWith(".");
  }

  @Override
  public Iterator<Row> call(String folder) throws IOException {
    List<Row> files = new ArrayList<>();
    Deque<Path> open = new ArrayDeque<>(List.of(new Path(folder)));
    FileSystem store = open.peek().getFileSystem(hadoop.value());
    while (!open.isEmpty()) {
      list(store, open.pop(), folder.equals(flat), open, files);
    }
    return files.iterator();
  }

  private static void list(
      FileSystem store, Path folder, boolean flat, Deque<Path> open, List<Row> files)
      throws IOException {
    try {
      RemoteIterator<FileStatus> entries = store.listStatusIterator(folder);
      while (entries.hasNext()) {
        FileStatus entry = entries.next();
        if (!counts(entry.getPath())) {
          continue;
        }
        if (entry.isFile()) {
          Found found = Found.of(entry.getPath().toString(), entry);
          files.add(RowFactory.create(found.uri(), found.fingerprint()));
        } else if (!flat) {
          open.push(entry.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      return; // a folder that was deleted meanwhile holds nothing
    }
  }
}
