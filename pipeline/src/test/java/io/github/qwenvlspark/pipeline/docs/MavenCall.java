package io.github.qwenvlspark.pipeline.docs;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Maven command that a page names: a build cannot run in itself, but what it names must exist.
 */
record MavenCall(List<String> words) {
  /** What of the call exists nowhere: profiles, modules, tests. */
  List<String> unknown() throws IOException {
    List<String> unknown = new ArrayList<>();
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith("-P")) {
        for (String profile : word.substring(2).split(",", -1)) {
          if (!poms().contains("<id>" + profile + "</id>")) {
            unknown.add(profile);
          }
        }
      } else if (word.equals("-pl")) {
        for (String module : words.get(i + 1).split(",", -1)) {
          if (!Files.exists(Page.ROOT.resolve(module).resolve("pom.xml"))) {
            unknown.add(module);
          }
        }
      } else if (word.startsWith("-Dtest=") && !isTest(word.substring("-Dtest=".length()))) {
        unknown.add(word);
      }
    }
    return unknown;
  }

  private static String poms() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String module : List.of("", "inference-runtime", "udfs", "pipeline")) {
      all.append(Files.readString(Page.ROOT.resolve(module).resolve("pom.xml")));
    }
    return all.toString();
  }

  private static boolean isTest(String pattern) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern + ".java");
    for (String module : List.of("inference-runtime", "udfs", "pipeline")) {
      try (Stream<Path> files = Files.walk(Page.ROOT.resolve(module).resolve("src/test"))) {
        if (files.anyMatch(file -> matcher.matches(file.getFileName()))) {
          return true;
        }
      }
    }
    return false;
  }
}
