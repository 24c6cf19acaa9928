package io.github.qwenvlspark.pipeline.manifest;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The files below a folder, or those that a glob names, listed by Spark tasks. The driver looks at
 * the uppermost folders alone, to have one for each task; it holds no file, and what is a single
 * folder of a million files it leaves after the first few thousand.
 *
 * <p>Names that begin with a dot or an underscore do not count, as everywhere in Spark, unless they
 * say {@code column=value}.
 */
public final class Listing {
  /** Entries that the driver looks at. */
  private static final int MOST_LOOKED_AT = 10_000;

  private static final int FOLDERS_FOR_A_CORE = 8;

  private final SparkSession spark;
  private final Configuration hadoop;

  public Listing(SparkSession spark) {
    this.spark = spark;
    this.hadoop = spark.sessionState().newHadoopConf();
  }

  /** Whether a location names several places at once. */
  static boolean isGlob(Path path) {
    return path.toString().chars().anyMatch(letter -> "{}[]*?\\".indexOf(letter) >= 0);
  }

  /**
   * Every file below a folder; contents are not read.
   *
   * @throws IOException if the folder is not there or cannot be listed
   */
  public JavaRDD<FileStatus> below(Path folder) throws IOException {
    List<ListedFolder> roots = List.of(ListedFolder.deep(absolute(folder)));
    return files(roots, expanded(roots));
  }

  /** The same as a table of one column {@code uri}. */
  Dataset<Row> folder(Path folder) throws IOException {
    return uris(below(folder));
  }

  /**
   * The files that a glob names, and those below the folders that it names.
   *
   * @return empty where nothing is there
   */
  Optional<Dataset<Row>> glob(Path glob) throws IOException {
    FileSystem store = glob.getFileSystem(hadoop);
    List<ListedFolder> folders = new ArrayList<>();
    FileStatus[] parents = glob.getParent() == null ? null : store.globStatus(glob.getParent());
    for (FileStatus parent : parents == null ? new FileStatus[0] : parents) {
      ListedFolder folder = ListedFolder.glob(parent.getPath().toString(), glob.getName());
      if (parent.isDirectory() && folder.entries(hadoop).hasNext()) {
        folders.add(folder);
      }
    }
    return folders.isEmpty() ? Optional.empty() : Optional.of(uris(files(folders, folders)));
  }

  private String absolute(Path folder) throws IOException {
    return folder.getFileSystem(hadoop).makeQualified(folder).toString();
  }

  private JavaRDD<FileStatus> files(List<ListedFolder> roots, List<ListedFolder> folders) {
    Set<String> asked = roots.stream().map(ListedFolder::path).collect(Collectors.toSet());
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(folders, Math.max(1, Math.min(folders.size(), wanted())))
        .flatMap(new ListFiles(asked, new SerializableConfiguration(hadoop)));
  }

  private Dataset<Row> uris(JavaRDD<FileStatus> files) {
    return spark
        .createDataset(files.map(file -> file.getPath().toString()).rdd(), Encoders.STRING())
        .toDF(ManifestColumns.URI);
  }

  private int wanted() {
    return FOLDERS_FOR_A_CORE * spark.sparkContext().defaultParallelism();
  }

  /** The same files by more and smaller folders, as far as the driver shall look. */
  private List<ListedFolder> expanded(List<ListedFolder> roots) throws IOException {
    Deque<ListedFolder> open = new ArrayDeque<>(roots);
    List<ListedFolder> settled = new ArrayList<>();
    int left = MOST_LOOKED_AT;
    while (!open.isEmpty() && settled.size() + open.size() < wanted() && left > 0) {
      ListedFolder folder = open.remove();
      List<ListedFolder> below = new ArrayList<>();
      RemoteIterator<FileStatus> entries = folder.entries(hadoop);
      for (; left > 0 && entries.hasNext(); left--) {
        FileStatus entry = entries.next();
        if (entry.isDirectory()) {
          below.add(ListedFolder.deep(entry.getPath().toString()));
        }
      }
      if (entries.hasNext()) {
        settled.add(folder); // too large to be looked through here
      } else {
        settled.add(folder.shallow());
        open.addAll(below);
      }
    }
    settled.addAll(open);
    return settled;
  }
}
