package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
  @ParameterizedTest
  @CsvSource({"cpu,cpu", "cuda,cuda:0", "cuda:0,cuda:0", "cuda:7,cuda:7"})
  void aDeviceIsNamedAsItIsRecorded(String name, String label) {
    assertThat(Device.parse(name).label()).isEqualTo(label);
    assertThat(Device.parse(label)).isEqualTo(Device.parse(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:99999", "cpu:0", "cuda:0 "})
  void anythingElseIsRefused(String name) {
    assertThatThrownBy(() -> Device.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Unknown device \"%s\": expected cpu, cuda or cuda:n", name);
  }

  @Test
  void optionsRunOnTheCpuUnlessToldOtherwiseAndKeepTheRest() {
    EngineOptions options = new EngineOptions(2, 3, 64, 16).with(Precision.INT8);
    assertThat(options.device()).isEqualTo(Device.CPU);

    EngineOptions onGpu = options.with(new Device.Cuda(1));
    assertThat(onGpu.device()).isEqualTo(new Device.Cuda(1));
    assertThat(onGpu.with(Device.CPU)).isEqualTo(options);
    assertThat(onGpu.withAdapter("a").withCacheFolder("b").with(Precision.FP32).device())
        .isEqualTo(new Device.Cuda(1));
  }

  @Test
  void aDeviceTravelsToExecutors() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(EngineOptions.DEFAULT.with(new Device.Cuda(2)));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(EngineOptions.DEFAULT.with(new Device.Cuda(2)));
    }
  }
}
