package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Product;
import io.github.qwenvlspark.pipeline.infer.SystematicFailureException;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The command {@code qwenvl}. Exit codes: 0 done, 1 done and the answer is no, 2 the request cannot
 * be done as asked, 3 anything else.
 */
@Command(
    name = "qwenvl",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Reads documents, images and videos into SQL tables with Qwen2.5-VL.",
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      PlanCommand.class,
      TasksCommand.class,
      EtlCommand.class,
      AskCommand.class,
      SqlCommand.class,
      ShowCommand.class,
      ReportCommand.class,
      VerifyCommand.class,
      DoctorCommand.class,
      BenchCommand.class,
      EvaluateCommand.class,
      MaintainCommand.class,
      SimulateCommand.class
    })
public final class Main {
  static final int TOO_MANY_ERRORS = 1;
  static final int BAD_REQUEST = 2;
  static final int FAILED = 3;

  private static final String STOPPED =
      "The command failed; nothing that was committed is lost, and the same command goes on from there.";

  private Main() {}

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Product.THIS.toString()};
    }
  }

  public static void main(String[] args) {
    System.exit(execute(args));
  }

  /** Runs a command line and gives its exit code. */
  public static int execute(String... args) {
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setExecutionExceptionHandler(Main::report);
  }

  private static int report(Exception e, CommandLine command, CommandLine.ParseResult result) {
    PrintWriter err = command.getErr();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BadRequestException) {
        err.println(cause.getMessage());
        return BAD_REQUEST;
      }
      if (cause instanceof SystematicFailureException) {
        err.println(cause.getMessage());
        return FAILED;
      }
      if (cause instanceof QwenVlException) {
        err.println(STOPPED);
        err.println(cause.getMessage());
        return FAILED;
      }
    }
    err.println(STOPPED);
    e.printStackTrace(err);
    return FAILED;
  }
}
