package io.respite.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A Dockerfile, taken apart: instructions with their arguments, lines that end in a backslash put
 * together, comments left out.
 */
record Dockerfile(List<Instruction> instructions) {
  private static final Set<String> KNOWN =
      Set.of(
          "FROM",
          "WORKDIR",
          "COPY",
          "RUN",
          "ENV",
          "VOLUME",
          "USER",
          "EXPOSE",
          "HEALTHCHECK",
          "CMD",
          "ENTRYPOINT",
          "LABEL",
          "ARG",
          "STOPSIGNAL",
          "ADD",
          "SHELL",
          "ONBUILD");

  /** One instruction; its name in capitals. */
  record Instruction(String name, String arguments) {}

  /** Reads a file; an instruction that there is not is refused. */
  static Dockerfile read(Path file) throws IOException {
    List<Instruction> instructions = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      boolean more = line.endsWith("\\");
      open.append(more ? line.substring(0, line.length() - 1) : line);
      if (more) {
        continue;
      }
      String[] parts = open.toString().strip().split("\\s+", 2);
      String name = parts[0].toUpperCase(Locale.ROOT);
      if (!KNOWN.contains(name) || parts.length != 2) {
        throw new IOException(file + ": not an instruction: " + open);
      }
      instructions.add(new Instruction(name, parts[1].replaceAll("\\s+", " ")));
      open.setLength(0);
    }
    if (open.length() > 0) {
      throw new IOException(file + ": the last line goes on: " + open);
    }
    return new Dockerfile(instructions);
  }

  /** The arguments of all instructions of a name. */
  List<String> all(String name) {
    return instructions.stream()
        .filter(instruction -> instruction.name.equals(name))
        .map(Instruction::arguments)
        .toList();
  }

  /** The instructions of the last stage. */
  Dockerfile lastStage() {
    int from = 0;
    for (int i = 0; i < instructions.size(); i++) {
      if (instructions.get(i).name.equals("FROM")) {
        from = i;
      }
    }
    return new Dockerfile(instructions.subList(from, instructions.size()));
  }

  /** The only instruction of a name. */
  String only(String name) {
    List<String> found = all(name);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " times " + name);
    }
    return found.get(0);
  }
}
