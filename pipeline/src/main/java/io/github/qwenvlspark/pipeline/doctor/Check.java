package io.github.qwenvlspark.pipeline.doctor;

import java.util.List;

/** One thing to look at. What it finds is a finding; it throws for nothing that it finds. */
@FunctionalInterface
interface Check {
  /** Looks; empty where there is nothing to look at. */
  List<Finding> look();
}
