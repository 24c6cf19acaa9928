package io.github.qwenvlspark.pipeline.write;

/** Where the tables of an output folder stand. */
public record OutputFolder(String root) {
  public OutputFolder {
    root = root.endsWith("/") && root.length() > 1 ? root.substring(0, root.length() - 1) : root;
  }

  public String results() {
    return root + "/results";
  }

  public String runs() {
    return root + "/runs";
  }

  /** Folders of runs that are not over, named by their ids. */
  public String staging() {
    return root + "/_staging";
  }
}
