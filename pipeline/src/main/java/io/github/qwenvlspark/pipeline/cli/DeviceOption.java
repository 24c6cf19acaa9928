package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.runtime.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --device}. */
final class DeviceOption implements ITypeConverter<Device> {
  @Override
  public Device convert(String name) {
    try {
      return Device.parse(name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
