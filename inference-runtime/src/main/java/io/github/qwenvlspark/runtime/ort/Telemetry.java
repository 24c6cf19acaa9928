package io.github.qwenvlspark.runtime.ort;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Switches ONNX Runtime's telemetry off, which must happen before its first environment.
 *
 * <p>Nobody asked for it, and in version 1.29 it kills the process: it matches a regular expression
 * against the command line, one stack frame a character, and a Spark class path of a few thousand
 * characters overflows the stack of a Java thread. Its only switch is an environment variable.
 */
final class Telemetry {
  private Telemetry() {}

  /** The one function of the C library that Java lacks. */
  private interface LibC extends Library {
    int setenv(String name, String value, int overwrite);
  }

  static void disable() {
    if (!Platform.isWindows()) {
      Native.load(Platform.C_LIBRARY_NAME, LibC.class).setenv("ORT_DISABLE_TELEMETRY", "1", 1);
    }
  }
}
