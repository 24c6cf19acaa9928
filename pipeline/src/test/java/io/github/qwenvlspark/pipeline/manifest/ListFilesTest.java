package io.github.qwenvlspark.pipeline.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one walk through folders, of manifests and of landing folders. */
class ListFilesTest {
  @TempDir Path folder;

  @Test
  void filesOfAllFoldersCountButForNamesThatSparkLeavesOut() {
    SampleFiles files = new SampleFiles(folder);
    for (String name :
        List.of(
            "a.txt",
            "deep/er/b.txt",
            "day=1/c.txt",
            "_day=2/d.txt",
            ".hidden",
            "_SUCCESS",
            "_log/e.txt",
            "f.txt._COPYING_")) {
      files.text(name, "x");
    }

    assertThat(names(listed(ListedFolder.deep(folder.toString()))))
        .containsExactlyInAnyOrder("a.txt", "b.txt", "c.txt", "d.txt");
    assertThat(names(listed(ListedFolder.deep(folder.toString()).shallow())))
        .containsExactly("a.txt");
  }

  @Test
  void aFolderThatIsDeletedMeanwhileHoldsNothing() throws IOException {
    SampleFiles files = new SampleFiles(folder);
    files.text("in/a.txt", "x");
    files.text("in/sub/b.txt", "x");
    Iterator<FileStatus> listed = listed(ListedFolder.deep(folder.resolve("in").toString()));

    assertThat(listed.next().getPath().getName()).isEqualTo("a.txt");
    FileUtils.deleteDirectory(folder.resolve("in/sub").toFile());

    assertThat(listed.hasNext()).isFalse();
    assertThatThrownBy(listed::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void aFolderThatWasAskedForMustBeThere() {
    Iterator<FileStatus> listed = listed(ListedFolder.deep(folder.resolve("never").toString()));

    assertThatThrownBy(listed::hasNext)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("never");
  }

  private static Iterator<FileStatus> listed(ListedFolder folder) {
    return new ListFiles(Set.of(folder.path()), new SerializableConfiguration(new Configuration()))
        .call(folder);
  }

  private static List<String> names(Iterator<FileStatus> files) {
    List<String> names = new ArrayList<>();
    files.forEachRemaining(file -> names.add(file.getPath().getName()));
    return names;
  }
}
