package io.respite.peers.fault;

import io.respite.rigs.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Compiles the small C programs that lie beside these tests. */
final class Compiler {
  private Compiler() {}

  /** A program from the resource {@code name.c}. */
  static Path program(String name, Path folder) throws IOException {
    return compile(name, folder.resolve(name));
  }

  /** A library for LD_PRELOAD from the resource {@code name.c}. */
  static Path library(String name, Path folder) throws IOException {
    return compile(name, folder.resolve("lib" + name + ".so"), "-shared", "-fPIC");
  }

  private static Path compile(String name, Path target, String... options) throws IOException {
    Path source = target.resolveSibling(name + ".c");
    try (InputStream in = Compiler.class.getResourceAsStream(name + ".c")) {
      Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
    }
    List<String> command = new ArrayList<>(List.of("gcc", "-O1", "-Wall", "-Werror"));
    command.addAll(List.of(options));
    command.addAll(List.of("-o", target.toString(), source.toString(), "-ldl"));
    Shell.must(command.toArray(String[]::new));
    return target;
  }
}
