package io.respite.server.aof;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Commands that all begin in the same way, and add to a key as many elements as make sense. */
final class Batch {
  /** Most elements of one command: as many as Redis puts into one when it rewrites its file. */
  static final int ELEMENTS = 64;

  /** Bytes of elements from which on a command is not made longer. */
  static final long BYTES = 1 << 20;

  private final Consumer<byte[][]> sink;
  private final byte[][] head;
  private final List<byte[]> words = new ArrayList<>();
  private int elements;
  private long bytes;

  /** Nothing so far. */
  Batch(Consumer<byte[][]> sink, byte[]... head) {
    this.sink = sink;
    this.head = head;
  }

  /** Adds the words of an element; whether the command has become complete by that. */
  boolean add(byte[]... element) {
    for (byte[] word : element) {
      words.add(word);
      bytes += word.length;
    }
    elements++;
    if (elements < ELEMENTS && bytes < BYTES) {
      return false;
    }
    flush();
    return true;
  }

  /** Completes the command that was begun, if there is one. */
  void flush(byte[]... tail) {
    if (elements == 0) {
      return;
    }
    byte[][] command = new byte[head.length + words.size() + tail.length][];
    System.arraycopy(head, 0, command, 0, head.length);
    for (int i = 0; i < words.size(); i++) {
      command[head.length + i] = words.get(i);
    }
    System.arraycopy(tail, 0, command, head.length + words.size(), tail.length);
    sink.accept(command);
    words.clear();
    elements = 0;
    bytes = 0;
  }
}
