package io.github.qwenvlspark.runtime.graph;

import java.nio.file.Path;

/**
 * A serialized graph and the folder that its weights are read from.
 *
 * @param weightFolder the real folder of the safetensors files
 */
public record OnnxModel(byte[] proto, Path weightFolder) {}
