package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.runtime.Device;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * NVIDIA's libraries, where the model runs on a GPU.
 *
 * @param folders where the system's loader looks
 */
record CudaLibraries(Device device, List<Path> folders) implements Check {
  private static final String NAME = "cuda libraries";
  private static final String SEARCH = "LD_LIBRARY_PATH";
  private static final Path LOADER = Path.of("/etc/ld.so.conf.d");

  private static final List<String> NEEDED =
      List.of(
          "libcuda.so.1",
          "libcudart.so.12",
          "libcublas.so.12",
          "libcublasLt.so.12",
          "libcurand.so.10");

  CudaLibraries {
    folders = List.copyOf(folders);
  }

  /** Looks where Linux does, and where CUDA's installers put them. */
  static CudaLibraries ofThisMachine(Device device) {
    List<Path> folders = new ArrayList<>(ofLoader(LOADER));
    Stream.of(Optional.ofNullable(System.getenv(SEARCH)).orElse("").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of)
        .forEach(folders::add);
    Stream.of(
            "/usr/local/cuda/lib64",
            "/usr/local/cuda/compat",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib64",
            "/usr/lib",
            "/usr/local/nvidia/lib64",
            "/usr/local/lib")
        .map(Path::of)
        .forEach(folders::add);
    return new CudaLibraries(device, folders);
  }

  /** The folders that files of the loader's configuration name; none where there is none. */
  static List<Path> ofLoader(Path configuration) {
    if (!Files.isDirectory(configuration)) {
      return List.of();
    }
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(configuration, "*.conf")) {
      for (Path file : files) {
        Files.readString(file)
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("/"))
            .map(Path::of)
            .forEach(folders::add);
      }
    } catch (IOException e) {
      return folders; // what is not found then is said to be missing, with a way to name its folder
    }
    return folders;
  }

  @Override
  public List<Finding> look() {
    if (!(device instanceof Device.Cuda)) {
      return List.of();
    }
    String missing =
        NEEDED.stream().filter(name -> !isThere(name)).collect(Collectors.joining(", "));
    return List.of(
        missing.isEmpty()
            ? Finding.good(NAME, "are there")
            : Finding.bad(
                NAME,
                "%s not found: install the driver and the runtime of CUDA 12, and name its folder in %s (docs/gpu-checks.md)"
                    .formatted(missing, SEARCH)));
  }

  private boolean isThere(String name) {
    return folders.stream().anyMatch(folder -> Files.exists(folder.resolve(name)));
  }
}
