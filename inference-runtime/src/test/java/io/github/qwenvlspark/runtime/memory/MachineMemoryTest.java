package io.github.qwenvlspark.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineMemoryTest {
  private static final long GIB = 1L << 30;

  @TempDir private Path root;

  @Test
  void withoutAGroupItIsTheMachines() throws IOException {
    meminfo();
    assertThat(MachineMemory.read(root))
        .contains(new MachineMemory(16 * GIB, 10 * GIB, "the memory of this machine"));
  }

  @Test
  void aGroupOfVersion2LimitsAndItsIdlePagesAreFree() throws IOException {
    meminfo();
    file("proc/self/cgroup", "0::/");
    file("sys/fs/cgroup/memory.max", Long.toString(4 * GIB));
    file("sys/fs/cgroup/memory.current", Long.toString(3 * GIB));
    file("sys/fs/cgroup/memory.stat", "anon 5\nactive_file 7\ninactive_file " + 2 * GIB);
    assertThat(MachineMemory.read(root))
        .contains(new MachineMemory(4 * GIB, 3 * GIB, "the limit in /sys/fs/cgroup/memory.max"));
  }

  @Test
  void aGroupFurtherUpLimitsToo() throws IOException {
    meminfo();
    file("proc/self/cgroup", "0::/spark.slice/executor-7");
    file("sys/fs/cgroup/spark.slice/executor-7/memory.max", "max");
    file("sys/fs/cgroup/spark.slice/memory.max", Long.toString(2 * GIB));
    assertThat(MachineMemory.read(root).orElseThrow().total()).isEqualTo(2 * GIB);
  }

  @Test
  void aGroupOfVersion1LimitsAndItsLargestNumberIsNone() throws IOException {
    meminfo();
    file("proc/self/cgroup", "9:cpu,cpuacct:/c\n4:memory:/docker/ab");
    file("sys/fs/cgroup/memory/docker/ab/memory.limit_in_bytes", "9223372036854771712");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", Long.toString(GIB));
    file("sys/fs/cgroup/memory/memory.usage_in_bytes", Long.toString(GIB / 2));
    file("sys/fs/cgroup/memory/memory.stat", "total_inactive_file 0");
    MachineMemory memory = MachineMemory.read(root).orElseThrow();
    assertThat(memory.total()).isEqualTo(GIB);
    assertThat(memory.free()).isEqualTo(GIB / 2);
  }

  @Test
  void aLimitAboveTheMachineIsNone() throws IOException {
    meminfo();
    file("proc/self/cgroup", "0::/");
    file("sys/fs/cgroup/memory.max", Long.toString(64 * GIB));
    assertThat(MachineMemory.read(root).orElseThrow().source())
        .isEqualTo("the memory of this machine");
  }

  @Test
  void aSystemThatDoesNotSayHasNone() {
    assertThat(MachineMemory.read(root)).isEmpty();
  }

  private void meminfo() throws IOException {
    file(
        "proc/meminfo",
        "MemTotal:       %d kB\nMemFree:  1 kB\nMemAvailable:   %d kB\n"
            .formatted(16 * GIB / 1024, 10 * GIB / 1024));
  }

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
