package io.respite.neighbours.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.springframework.boot.loader.launch.JarLauncher;

/** Packs an application as Spring Boot's plugin does: its classes and libraries in one jar. */
final class ExecutableJar {
  private ExecutableJar() {}

  /**
   * Packs it.
   *
   * @param target a module's folder of what is built, with {@code classes} and {@code lib}
   */
  static void write(Path jar, Path target, String main) throws IOException {
    var manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, JarLauncher.class.getName());
    attributes.putValue("Start-Class", main);
    attributes.putValue("Spring-Boot-Classes", "BOOT-INF/classes/");
    attributes.putValue("Spring-Boot-Lib", "BOOT-INF/lib/");
    try (OutputStream out = Files.newOutputStream(jar);
        var packed = new JarOutputStream(out, manifest)) {
      copyLoader(packed);
      for (String part : List.of("classes", "lib")) {
        Path folder = target.resolve(part);
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path file : files.sorted().toList()) {
            String name = "BOOT-INF/" + part + "/" + folder.relativize(file);
            if (Files.isRegularFile(file)) {
              put(packed, name, Files.readAllBytes(file));
            } else {
              // Without an entry of its own a folder is not found.
              put(packed, name.endsWith("/") ? name : name + "/", new byte[0]);
            }
          }
        }
      }
    }
  }

  private static void copyLoader(JarOutputStream packed) throws IOException {
    Path loader;
    try {
      loader =
          Path.of(JarLauncher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    try (var classes = new ZipFile(loader.toFile())) {
      for (ZipEntry entry : classes.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
        put(packed, entry.getName(), classes.getInputStream(entry).readAllBytes());
      }
    }
  }

  /** A jar within a jar can only be read where it is not compressed. */
  private static void put(JarOutputStream packed, String name, byte[] bytes) throws IOException {
    var entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    var checksum = new CRC32();
    checksum.update(bytes);
    entry.setCrc(checksum.getValue());
    packed.putNextEntry(entry);
    packed.write(bytes);
    packed.closeEntry();
  }
}
