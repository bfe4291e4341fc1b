package io.respite.server.type;

import java.util.Arrays;

/**
 * A window on one member of a collection with its score. One view is moved from member to member,
 * so its content is good until the collection is asked or changed again.
 */
public final class ScoredView {
  byte[] bytes = new byte[0];
  int offset;
  int length;
  double score;

  /** A view on nothing, for collections to move. */
  public ScoredView() {}

  /** Moves the view. */
  public void show(byte[] newBytes, int newOffset, int newLength, double newScore) {
    bytes = newBytes;
    offset = newOffset;
    length = newLength;
    score = newScore;
  }

  /** The array that holds the member; shared, not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the member begins. */
  public int offset() {
    return offset;
  }

  /** Length of the member in bytes. */
  public int length() {
    return length;
  }

  /** The member's score, never not-a-number; 1 in a collection without scores. */
  public double score() {
    return score;
  }

  /** A copy of the member. */
  public byte[] member() {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }
}
