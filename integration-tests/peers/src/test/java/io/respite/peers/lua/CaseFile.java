package io.respite.peers.lua;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A resource with sources, one byte a char, between lines of four hyphens. */
final class CaseFile {
  private CaseFile() {}

  /** The sources of a file beside this class. */
  static List<String> read(String name) {
    try (InputStream in = CaseFile.class.getResourceAsStream(name)) {
      byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
      return List.of(new String(bytes, StandardCharsets.ISO_8859_1).split("\n----\n"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
