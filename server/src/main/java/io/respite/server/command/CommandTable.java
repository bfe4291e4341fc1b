package io.respite.server.command;

import io.respite.server.config.BadValueException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All commands of one engine, by name. Looking one up takes no object: names of requests are
 * compared as bytes, in either case, in an open table.
 */
public final class CommandTable {
  private final Map<String, Command> byName = new LinkedHashMap<>();
  private Command[] slots = new Command[1024];
  private byte[][] names = new byte[1024][];

  /** Adds rows; a name that is there already is replaced. */
  public void add(Collection<Command> rows) {
    for (Command row : rows) {
      byName.put(row.name(), row);
    }
    rebuild();
  }

  /**
   * Gives a command another name, under which alone it is found from then on; its row, and so what
   * COMMAND and INFO say of it, keeps the old one ({@code rename-command}, redis.conf).
   *
   * @param from the name so far, in either case; not that of a subcommand
   * @param to the new name, one byte per char, in either case; an empty one removes the command
   * @throws BadValueException when there is no such command, or another one has the new name
   */
  public void rename(String from, String to) throws BadValueException {
    String before = lower(from);
    String after = lower(to);
    Command command = byName.get(before);
    if (command == null) {
      throw new BadValueException("No such command in rename-command");
    }
    if (!after.equals(before) && byName.containsKey(after)) {
      throw new BadValueException("Target command name already exists");
    }
    byName.remove(before);
    if (!after.isEmpty()) {
      byName.put(after, command);
    }
    rebuild();
  }

  /** Small letters for those of ASCII; a name is bytes in no certain encoding. */
  private static String lower(String name) {
    StringBuilder lower = new StringBuilder(name);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c | 0x20));
      }
    }
    return lower.toString();
  }

  private void rebuild() {
    int size = 1024;
    while (size < byName.size() * 4) {
      size *= 2;
    }
    slots = new Command[size];
    names = new byte[size][];
    for (Map.Entry<String, Command> entry : byName.entrySet()) {
      byte[] name = entry.getKey().getBytes(StandardCharsets.ISO_8859_1);
      int at = hash(name, 0, name.length) & (size - 1);
      while (slots[at] != null) {
        at = (at + 1) & (size - 1);
      }
      slots[at] = entry.getValue();
      names[at] = name;
    }
  }

  private static int hash(byte[] bytes, int offset, int length) {
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = hash * 31 + (bytes[i] | 0x20);
    }
    return hash ^ hash >>> 15;
  }

  private static boolean same(byte[] name, byte[] bytes, int offset, int length) {
    if (name.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      int c = bytes[offset + i];
      if (c >= 'A' && c <= 'Z') {
        c |= 0x20;
      }
      if (c != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** The command of this name in either case, or null. */
  public Command find(byte[] bytes, int offset, int length) {
    int at = hash(bytes, offset, length) & (slots.length - 1);
    while (slots[at] != null) {
      if (same(names[at], bytes, offset, length)) {
        return slots[at];
      }
      at = (at + 1) & (slots.length - 1);
    }
    return null;
  }

  /** The command of this name in either case, or null; {@code config|get} names a subcommand. */
  public Command find(String name) {
    String lower = lower(name);
    int bar = lower.indexOf('|');
    if (bar < 0) {
      return byName.get(lower);
    }
    Command container = byName.get(lower.substring(0, bar));
    return container == null ? null : container.subcommands().get(lower.substring(bar + 1));
  }

  /** All commands in the order of their declaration, without subcommands. */
  public List<Command> commands() {
    return new ArrayList<>(byName.values());
  }
}
