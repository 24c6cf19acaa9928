package io.github.qwenvlspark.runtime;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a model runs: weights, activations and KV cache lie there, only ids come back. */
public sealed interface Device extends Serializable {
  Device CPU = new Cpu();

  /** The name in settings and tables: {@code cpu}, {@code cuda:1}. */
  String label();

  /** The processor and memory of this machine. */
  record Cpu() implements Device {
    private static final long serialVersionUID = 1L;

    @Override
    public String label() {
      return "cpu";
    }
  }

  /**
   * An NVIDIA GPU.
   *
   * @param ordinal its number among those that the process may see, from 0
   */
  record Cuda(int ordinal) implements Device {
    private static final long serialVersionUID = 1L;
    private static final Pattern NAME = Pattern.compile("cuda(?::(\\d{1,4}))?");

    public Cuda {
      if (ordinal < 0) {
        throw new IllegalArgumentException("A GPU has a number from 0, not " + ordinal);
      }
    }

    @Override
    public String label() {
      return "cuda:" + ordinal;
    }
  }

  /**
   * The device named {@code cpu}, {@code cuda} (the first one) or {@code cuda:n}.
   *
   * @throws IllegalArgumentException if {@code name} is none of them
   */
  static Device parse(String name) {
    Matcher cuda = Cuda.NAME.matcher(name);
    if (cuda.matches()) {
      return new Cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
    }
    if (name.equals(CPU.label())) {
      return CPU;
    }
    throw new IllegalArgumentException(
        "Unknown device \"%s\": expected cpu, cuda or cuda:n".formatted(name));
  }
}
