package io.respite.examples.quickstart;

import java.io.PrintStream;

/** A bar on a terminal; a line every fifth of the way where the output is a file. */
final class Progress {
  private static final int WIDTH = 40;

  private final PrintStream out;
  private final String what;
  private final int total;
  private final boolean terminal =
      Boolean.getBoolean("quickstart.terminal"); // the run script knows
  private final long start = System.nanoTime();
  private final int every;
  private int steps;

  Progress(PrintStream out, String what, int total) {
    this.out = out;
    this.what = what;
    this.total = total;
    this.every = Math.max(1, total / (terminal ? 100 : 5));
  }

  void step() {
    if (++steps % every == 0) {
      show();
    }
  }

  private void show() {
    if (terminal) {
      int filled = (int) ((long) WIDTH * steps / total);
      out.printf(
          "\r%-13s [%s%s] %3d %%",
          what, "#".repeat(filled), " ".repeat(WIDTH - filled), 100L * steps / total);
    } else {
      out.printf("%-13s %3d %%%n", what, 100L * steps / total);
    }
  }

  /** Ends the bar; the seconds since it began. */
  double done() {
    if (terminal) {
      out.println();
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
