package io.respite.server.config;

import java.util.ArrayList;
import java.util.List;

/** {@code save}: pairs of seconds and changes, one or several per line. */
final class SavePoints extends Directive<List<SavePoint>> {
  SavePoints(String name) {
    super(name, List.of(new SavePoint(3600, 1), new SavePoint(300, 100), new SavePoint(60, 10000)));
  }

  @Override
  List<SavePoint> parse(List<String> words, List<SavePoint> before, boolean adding)
      throws BadValueException {
    if (words.size() == 1 && words.get(0).isEmpty()) {
      return List.of();
    }
    List<SavePoint> points = new ArrayList<>(adding ? before : List.of());
    try {
      for (int i = 0; i < words.size(); i += 2) {
        long seconds = Long.parseLong(words.get(i));
        int changes = Integer.parseInt(words.get(i + 1));
        if (seconds < 1 || changes < 0) {
          throw new BadValueException("Invalid save parameters");
        }
        points.add(new SavePoint(seconds, changes));
      }
    } catch (NumberFormatException | IndexOutOfBoundsException malformed) {
      throw new BadValueException("Invalid save parameters");
    }
    return List.copyOf(points);
  }

  @Override
  public String allowed() {
    return "pairs of seconds and changes";
  }

  @Override
  public String show(List<SavePoint> points) {
    return String.join(" ", written(points, ""));
  }

  @Override
  boolean asksForSomething(List<SavePoint> points) {
    // No saving at all is what a server without saving does.
    return !points.isEmpty() && super.asksForSomething(points);
  }

  @Override
  List<String> written(List<SavePoint> points) {
    return written(points, "\"\"");
  }

  private static List<String> written(List<SavePoint> points, String none) {
    return points.isEmpty()
        ? List.of(none)
        : points.stream().map(point -> point.seconds() + " " + point.changes()).toList();
  }
}
