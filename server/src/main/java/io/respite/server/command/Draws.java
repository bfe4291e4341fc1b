package io.respite.server.command;

/**
 * How often one call may draw from a collection: HRANDFIELD, SRANDMEMBER and ZRANDMEMBER with a
 * negative count, where elements come again.
 *
 * <p>The real server obeys any count, and fills its memory with the reply; here a draw too many is
 * an error before anything is written.
 */
public final class Draws {
  /** Most draws of one call: about a tenth of a second's work. */
  public static final long MOST = 1_000_000;

  private Draws() {}

  /**
   * Refuses too many draws.
   *
   * @param count how many are asked for
   * @param things what is drawn, in the plural
   * @throws CommandError when they are too many
   */
  public static void check(long count, String things) {
    if (count > MOST) {
      throw new CommandError(
          "ERR value is out of range, at most " + MOST + " " + things + " can be drawn at once");
    }
  }
}
