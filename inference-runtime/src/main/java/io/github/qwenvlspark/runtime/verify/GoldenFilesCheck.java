package io.github.qwenvlspark.runtime.verify;

/** The other stack read the same files, byte for byte. */
record GoldenFilesCheck(GoldenFile golden) implements Check {
  @Override
  public String name() {
    return "golden files";
  }

  @Override
  public Measure take(Subject subject) {
    return FilesCheck.compare(name(), subject.files(), golden.files())
        .measure("the files that the other stack read");
  }
}
