package io.respite.server.command;

/** One section of INFO, written by whoever owns the figures. */
public interface InfoSection {
  /** The name that INFO is asked for, in lower case. */
  String name();

  /** Whether INFO shows it when no section is asked for. */
  default boolean shownByDefault() {
    return true;
  }

  /** Writes the section's lines, without its heading. */
  void write(Lines lines);

  /** The lines of a section. */
  final class Lines {
    private final StringBuilder text = new StringBuilder();

    /** Adds {@code name:value}. */
    public Lines add(String name, Object value) {
      text.append(name).append(':').append(value).append("\r\n");
      return this;
    }

    /** Adds a yes or no as 1 or 0. */
    public Lines add(String name, boolean value) {
      return add(name, value ? 1 : 0);
    }

    /** Adds a number of bytes, and the same again for humans under {@code name_human}. */
    public Lines bytes(String name, long bytes) {
      return add(name, bytes).add(name + "_human", human(bytes));
    }

    private static String human(long bytes) {
      String[] units = {"B", "K", "M", "G", "T"};
      double size = bytes;
      int unit = 0;
      while (size >= 1024 && unit < units.length - 1) {
        size /= 1024;
        unit++;
      }
      return unit == 0
          ? bytes + "B"
          : String.format(java.util.Locale.ROOT, "%.2f%s", size, units[unit]);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
