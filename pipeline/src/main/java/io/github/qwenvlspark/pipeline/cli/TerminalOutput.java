package io.github.qwenvlspark.pipeline.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Takes UTF-8 and lets no control character through but line ends and tabs: what a model wrote may
 * hold escape sequences, and a terminal would obey them.
 */
final class TerminalOutput extends FilterOutputStream {
  private static final int FIRST_OF_C1 = 0xC2;
  private static final int DELETE = 0x7F;
  private static final String SHOWN = "\n\t";

  private int last;

  TerminalOutput(OutputStream terminal) {
    super(terminal);
  }

  @Override
  public void write(int value) throws IOException {
    int octet = value & 0xFF;
    boolean c0 = (octet < ' ' && SHOWN.indexOf(octet) < 0) || octet == DELETE;
    boolean c1 = last == FIRST_OF_C1 && octet >= 0x80 && octet < 0xA0;
    last = octet;
    // Of two octets that are a control character the second is changed to another's.
    super.write(c0 ? '?' : c1 ? 0xBF : octet);
  }
}
