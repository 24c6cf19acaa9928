package io.github.qwenvlspark.pipeline.crash;

import io.github.qwenvlspark.pipeline.testing.StandaloneCluster;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A scene and a cluster for all tests of a class, gates and an output folder for each. */
abstract class OnCluster {
  @TempDir static Path folder;
  static StandaloneCluster cluster;
  static CrashScene scene;

  Gates gates;
  String output;

  @BeforeAll
  static void start(TestInfo test) {
    scene = CrashScene.in(folder, Map.of());
    cluster = StandaloneCluster.start(test.getTestClass().orElseThrow().getSimpleName());
  }

  @AfterAll
  static void stop() {
    cluster.close();
    scene.close();
  }

  @BeforeEach
  final void begin(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    gates = scene.gates(name);
    output = scene.output(name);
  }

  @AfterEach
  final void end() {
    cluster.killDrivers();
    gates.openAll();
  }
}
