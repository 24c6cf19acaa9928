package io.github.qwenvlspark.pipeline.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.doctor.Finding.Verdict;
import io.github.qwenvlspark.runtime.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks of what a test cannot make: another Java, another clock, a machine with CUDA. */
class ChecksTest {
  @TempDir Path folder;

  @Test
  void anotherJavaIsBad() {
    Finding finding = new JavaCheck(Runtime.Version.parse("11.0.2")).look().get(0);
    assertThat(finding.isBad()).isTrue();
    assertThat(finding.detail()).contains("Java 11.0.2").endsWith("set JAVA_HOME");
  }

  @Test
  void fewOpenFilesAreWorthKnowing() {
    Finding finding = new OpenFiles(1024).look().get(0);
    assertThat(finding.verdict()).isEqualTo(Verdict.NOTE);
    assertThat(finding.detail()).contains("at most 1024", "ulimit -n 4096");
  }

  @ParameterizedTest
  @CsvSource({"0, GOOD", "-20, GOOD", "45, NOTE", "-301, BAD", "900, BAD"})
  void clocksMayDifferByHalfAMinute(long seconds, Verdict verdict) {
    Finding finding = OutputCheck.clock(Duration.ofSeconds(seconds));
    assertThat(finding.verdict()).isEqualTo(verdict);
    assertThat(finding.detail()).contains("differs by " + Math.abs(seconds) + " s");
  }

  @Test
  void cudaLibrariesAreLookedForByName() throws IOException {
    for (String name :
        List.of(
            "libcuda.so.1",
            "libcudart.so.12",
            "libcublas.so.12",
            "libcublasLt.so.12",
            "libcurand.so.10")) {
      Files.createFile(folder.resolve(name));
    }
    CudaLibraries there = new CudaLibraries(new Device.Cuda(0), List.of(folder));
    assertThat(there.look()).containsExactly(Finding.good("cuda libraries", "are there"));

    Files.delete(folder.resolve("libcurand.so.10"));
    assertThat(there.look().get(0).detail()).startsWith("libcurand.so.10 not found");
    assertThat(new CudaLibraries(Device.CPU, List.of()).look()).isEmpty();
  }

  @Test
  void foldersOfTheLoadersConfigurationAreLookedAt() throws IOException {
    Files.writeString(folder.resolve("cuda.conf"), "# CUDA\n/opt/cuda/lib\n\n /opt/more \n");
    Files.writeString(folder.resolve("notes.txt"), "/no/library");

    assertThat(CudaLibraries.ofLoader(folder))
        .containsExactly(Path.of("/opt/cuda/lib"), Path.of("/opt/more"));
    assertThat(CudaLibraries.ofLoader(folder.resolve("none"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "yarn, 8, 8, GOOD, '8 cores of an executor, 8 threads for the model'",
    "yarn, 4, 8, NOTE, more threads than cores are slower",
    "spark://host:7077, 4, 4, GOOD, 4 cores of an executor",
    "spark://host:7077, , 1, NOTE, set spark.executor.cores",
    "'local[1]', 8, 999, NOTE, cores of this process"
  })
  void theModelHasAThreadForEachCoreOfItsProcess(
      String master, String cores, int threads, Verdict verdict, String detail) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    if (cores != null) {
      conf.set("spark.executor.cores", cores);
    }
    Finding finding = new Cores(threads, conf).look().get(0);
    assertThat(finding.verdict()).isEqualTo(verdict);
    assertThat(finding.detail()).contains(detail);
  }

  @Test
  void gpusThatNobodyUsesAreWorthKnowing() {
    SparkConf conf = new SparkConf(false).set("spark.executor.resource.gpu.amount", "1");
    assertThat(new Placement(Device.CPU, conf).look().get(0).detail())
        .contains("set spark.qwenvl.device=cuda");
  }

  @Test
  void filesOfTheHubsCacheAreComparedWithTheirNames() throws IOException {
    String blob = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // of "abc"
    Files.writeString(folder.resolve(blob), "abc");
    Path model = Files.createDirectory(folder.resolve("snapshot"));
    Files.createSymbolicLink(model.resolve("model.safetensors"), Path.of("..", blob));
    assertThat(new Digests(model).look().get(0).detail()).isEqualTo("1 files are as published");

    Files.writeString(folder.resolve(blob), "abd");
    assertThat(new Digests(model).look().get(0).isBad()).isTrue();
  }

  @Test
  void aCheckpointWithoutDigestsIsWorthKnowing() {
    assertThat(new Digests(folder).look().get(0).verdict()).isEqualTo(Verdict.NOTE);
  }
}
