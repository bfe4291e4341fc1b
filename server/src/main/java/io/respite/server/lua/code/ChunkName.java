package io.respite.server.lua.code;

/** How a chunk's name is shown in messages. */
public final class ChunkName {
  /** Longest shown name, and one more. */
  private static final int ROOM = 60;

  /** What is left of the room beside a file's name, and beside the text of a program. */
  private static final int MARGIN = 8;

  private static final int TEXT_MARGIN = 17;

  private ChunkName() {}

  /**
   * The name to show: {@code =name} as it is, cut off at the end; {@code @file} cut off at the
   * beginning; program text as {@code [string "first line..."]}.
   */
  public static String shorten(String source) {
    if (source.startsWith("=")) {
      return source.substring(1, Math.min(source.length(), ROOM));
    } else if (source.startsWith("@")) {
      String file = source.substring(1);
      int room = ROOM - MARGIN;
      return file.length() > room ? "..." + file.substring(file.length() - room) : file;
    }
    int line = 0;
    while (line < source.length() && source.charAt(line) != '\n' && source.charAt(line) != '\r') {
      line++;
    }
    int room = ROOM - TEXT_MARGIN;
    boolean whole = line == source.length() && line <= room;
    String text = source.substring(0, Math.min(line, room));
    return "[string \"" + text + (whole ? "" : "...") + "\"]";
  }
}
