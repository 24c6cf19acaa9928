package io.github.qwenvlspark.pipeline.simulate;

import io.github.qwenvlspark.pipeline.config.WaveSettings;

/** All that decides about a simulation. */
public record Scenario(
    Shape documents, Cluster cluster, Faults faults, Stores stores, WaveSettings waves) {}
