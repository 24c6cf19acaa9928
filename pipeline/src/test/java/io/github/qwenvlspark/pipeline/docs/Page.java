package io.github.qwenvlspark.pipeline.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param path from the repository's root
 */
public record Page(String path, List<String> lines) {
  /** The repository's root, seen from where tests run. */
  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern FENCE = Pattern.compile("```(\\w*)");
  private static final Pattern HEADING = Pattern.compile("#+ +(.*)");
  private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  public Page {
    lines = List.copyOf(lines);
  }

  static Page read(Path file) {
    try {
      return new Page(ROOT.relativize(file).toString(), Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All pages, those at the root first. */
  static List<Page> all() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : List.of("README.md", "CONTRIBUTING.md", "notebooks/README.md")) {
      files.add(ROOT.resolve(name));
    }
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md"))
          .sorted(Comparator.naturalOrder())
          .forEach(files::add);
    }
    return files.stream().map(Page::read).toList();
  }

  /** Fenced blocks, in order. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      var fence = FENCE.matcher(lines.get(i));
      if (fence.matches()) {
        int end = i + 1;
        while (!lines.get(end).equals("```")) {
          end++;
        }
        blocks.add(
            new Block(
                path,
                i + 1,
                fence.group(1),
                i == 0 ? "" : lines.get(i - 1).strip(),
                String.join("\n", lines.subList(i + 1, end)) + "\n"));
        i = end;
      }
    }
    return blocks;
  }

  /** Text outside of blocks. */
  private Stream<String> prose() {
    List<String> prose = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      if (line.startsWith("```")) {
        inside = !inside;
      } else if (!inside) {
        prose.add(line);
      }
    }
    return prose.stream();
  }

  /** Targets of links and pictures, as they are written. */
  List<String> links() {
    return prose()
        .map(line -> CODE.matcher(line).replaceAll("code"))
        .flatMap(line -> LINK.matcher(line).results().map(link -> link.group(1)))
        .toList();
  }

  /** Commands that the text names in passing. */
  List<String> commandsInText() {
    return prose()
        .flatMap(line -> CODE.matcher(line).results().map(code -> code.group(1)))
        .filter(code -> code.startsWith("./qwenvl "))
        .toList();
  }

  /** What links may name behind {@code #}: headings as GitHub writes them. */
  Set<String> anchors() {
    return prose()
        .map(HEADING::matcher)
        .filter(heading -> heading.matches())
        .map(
            heading ->
                heading
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                    .replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Override
  public String toString() {
    return path;
  }
}
