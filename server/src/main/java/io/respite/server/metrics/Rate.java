package io.respite.server.metrics;

/**
 * How fast a counter grows: the mean over the last sixteen samples, as INFO's {@code
 * instantaneous_*} fields show.
 */
public final class Rate {
  private static final int SAMPLES = 16;

  private final double[] perSecond = new double[SAMPLES];
  private int next;
  private long lastCount;
  private long lastMillis;

  /** Takes a sample: the counter's value and the time, which should have moved on. */
  public void sample(long count, long millis) {
    long elapsed = millis - lastMillis;
    if (lastMillis != 0 && elapsed > 0) {
      perSecond[next] = Math.max(0, count - lastCount) * 1000.0 / elapsed;
      next = (next + 1) % SAMPLES;
    }
    lastCount = count;
    lastMillis = millis;
  }

  /** Events per second. */
  public double perSecond() {
    double sum = 0;
    for (double rate : perSecond) {
      sum += rate;
    }
    return sum / SAMPLES;
  }

  /** Forgets the samples. */
  public void reset() {
    java.util.Arrays.fill(perSecond, 0);
  }
}
