package io.github.qwenvlspark.runtime.verify;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every file that decides answers is, byte for byte, the one that a list of digests names. The list
 * is {@code SHA256SUMS} in the folder, and what the Hugging Face hub leaves behind: blobs named by
 * their digest, or records of a download.
 */
record FilesCheck() implements Check {
  @Override
  public String name() {
    return "files";
  }

  @Override
  public Measure take(Subject subject) {
    List<FileDigest> files = subject.files();
    List<KnownDigest> known = KnownDigest.in(subject.folder(), files);
    if (known.isEmpty()) {
      return new Measure(
          name(),
          files.size(),
          0,
          0,
          Verdict.RECORDED,
          "no list of digests is there: compare those below with your own, or keep them as SHA256SUMS");
    }
    Tally tally = compare(name(), files, known);
    if (known.stream().anyMatch(digest -> digest.source().equals(KnownDigest.LIST))) {
      // A file that came in later, such as a second template, may decide answers too.
      for (FileDigest file : files) {
        if (known.stream().noneMatch(digest -> digest.file().equals(file.name()))) {
          tally.equal(file.name() + " is not listed in " + KnownDigest.LIST, false);
        }
      }
    }
    return tally.measure(sources(known));
  }

  /** Compares each known digest with the file of that name. */
  static Tally compare(String name, List<FileDigest> files, List<KnownDigest> known) {
    Map<String, FileDigest> byName =
        files.stream().collect(Collectors.toMap(FileDigest::name, Function.identity()));
    Tally tally = Tally.exact(name);
    for (KnownDigest digest : known) {
      FileDigest actual = byName.get(digest.file());
      if (actual == null) {
        tally.equal("%s is missing (%s)".formatted(digest.file(), digest.source()), false);
      } else {
        tally.equal(
            "%s is not the file that was meant (%s)".formatted(digest.file(), digest.source()),
            digest.fits(actual));
      }
    }
    return tally;
  }

  private static String sources(List<KnownDigest> known) {
    return known.stream()
        .map(KnownDigest::source)
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(", "));
  }
}
