package io.github.qwenvlspark.pipeline.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages can be reached, and lead where they say. */
class LinksTest {
  @Test
  void allLinksBetweenPagesResolve() throws IOException {
    assertThat(Page.all().stream().flatMap(LinksTest::broken)).isEmpty();
  }

  private static Stream<String> broken(Page page) {
    return page.links().stream()
        .filter(link -> !link.contains("://"))
        .filter(link -> !resolves(page, link))
        .map(link -> page.path() + ": " + link);
  }

  private static boolean resolves(Page page, String link) {
    String[] parts = link.split("#", 2);
    Path file = target(page, parts[0]);
    return Files.exists(file)
        && (parts.length == 1 || Page.read(file).anchors().contains(parts[1]));
  }

  private static Path target(Page page, String path) {
    Path from = Page.ROOT.resolve(page.path());
    return path.isEmpty() ? from : from.resolveSibling(path).normalize();
  }

  @Test
  void everyPageIsReachedFromTheIndex() throws IOException {
    Set<Path> reached = new HashSet<>();
    Deque<Path> open = new ArrayDeque<>(List.of(Page.ROOT.resolve("docs/README.md")));
    while (!open.isEmpty()) {
      Path file = open.pop();
      if (reached.add(file) && file.toString().endsWith(".md") && Files.exists(file)) {
        Page page = Page.read(file);
        page.links().stream()
            .filter(link -> !link.contains("://"))
            .map(link -> target(page, link.split("#", 2)[0]))
            .forEach(open::add);
      }
    }

    assertThat(Page.all().stream().map(page -> Page.ROOT.resolve(page.path())))
        .allMatch(reached::contains);
    assertThat(reached).contains(Page.ROOT.resolve("docs/adr"));
  }
}
