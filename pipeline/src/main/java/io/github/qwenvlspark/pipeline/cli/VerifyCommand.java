package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.verify.Certificate;
import io.github.qwenvlspark.runtime.verify.CertificateJson;
import io.github.qwenvlspark.runtime.verify.CertificateText;
import io.github.qwenvlspark.runtime.verify.Verification;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qwenvl verify}. Starts no Spark. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Shows whether a checkpoint answers on this machine as the reference does.",
      "Exit codes: 0 verified, 1 a measure is red, 2 the request cannot be done as asked."
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int NOT_VERIFIED = 1;

  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, description = "Hugging Face checkpoint directory.")
  private Path model;

  @Option(
      names = "--golden",
      description = "What your Python stack answers, written by docs/verify-golden.py.")
  private Path golden;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      converter = DeviceOption.class,
      description = "Where the model runs: cpu, cuda or cuda:n (default: ${DEFAULT-VALUE}).")
  private Device device;

  @Option(names = "--json", description = "Print the certificate as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Verification verification = verification();
    Certificate certificate;
    if (json) {
      certificate = verification.run(measure -> {});
      out.println(CertificateJson.of(certificate));
    } else {
      out.print(CertificateText.heading());
      out.flush();
      certificate =
          verification.run(
              measure -> {
                out.print(CertificateText.line(measure));
                out.flush();
              });
      out.print(CertificateText.summary(certificate));
    }
    out.flush();
    return certificate.verified() ? 0 : NOT_VERIFIED;
  }

  private Verification verification() {
    try {
      Verification verification = QwenVl.verification(model).on(device);
      return golden == null ? verification : verification.comparedWith(golden);
    } catch (QwenVlException e) {
      throw new BadRequestException(e.getMessage(), e);
    }
  }
}
