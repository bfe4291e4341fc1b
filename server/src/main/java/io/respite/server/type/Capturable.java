package io.respite.server.type;

import io.respite.server.encoding.Cuts;

/**
 * What lets a value be captured as it was at a cut (see {@link Cuts}) while it is changed.
 *
 * <p>Every method that changes a value, or anything in it, begins with {@link #edit}. The first one
 * after a cut {@linkplain #freeze freezes} the value and keeps the image until the walk over all
 * values comes by and takes it; a value that the walk reaches first is frozen there.
 *
 * <p><b>Invariants.</b> (1) An image is taken once. (2) What an image refers to is never written
 * again. (3) A value that is made after a cut is never asked for its state at that cut.
 */
abstract sealed class Capturable implements Value
    permits StringValue, HashValue, ListValue, SetValue, SortedSetValue, StreamValue {
  private final Cuts cuts;

  /** The last cut at which this value was captured, or before which it was not there. */
  private int seen;

  private Value image;

  /** A value that is new since the last cut. */
  Capturable(Cuts cuts) {
    this.cuts = cuts;
    this.seen = cuts.last();
  }

  /** Must come before any change: keeps what is there for whoever captures the last cut. */
  public final void edit() {
    if (seen != cuts.last()) {
      seen = cuts.last();
      forget();
      image = frozen();
    }
  }

  /** Lets an image go that nobody has taken: its snapshot was given up. */
  private void forget() {
    if (image != null) {
      image.release();
      image = null;
    }
  }

  /** The cuts that this value goes by. */
  final Cuts cuts() {
    return cuts;
  }

  @Override
  public final Value atCut() {
    if (seen != cuts.last()) {
      seen = cuts.last();
      forget();
      return frozen();
    }
    Value taken = image;
    if (taken == null) {
      throw new IllegalStateException("a value that is newer than the cut, or is taken twice");
    }
    image = null;
    return taken;
  }

  private Value frozen() {
    Value made = freeze();
    if (!made.shownOnce()) {
      cuts.made(made, Capturable::sum);
    }
    return made;
  }

  /** Compares an image with what it was when it was made, where that is asked for. */
  @Override
  public final void check() {
    if (!shownOnce()) {
      cuts.shown(this, Capturable::sum);
    }
  }

  private static String sum(Object image) {
    ValueDigest digest = new ValueDigest();
    ((Value) image).digest(digest);
    return digest.hex();
  }

  /**
   * An image of the value as it is now, made without a pause, however large the value: it shares
   * what it can, and the value copies what it changes from now on.
   */
  abstract Value freeze();
}
