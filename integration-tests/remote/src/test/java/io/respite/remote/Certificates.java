package io.respite.remote;

import io.respite.rigs.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A key and a certificate that it has signed itself, as files in PEM, made by the JDK's keytool.
 */
final class Certificates {
  private static final String PASSWORD = "changeit";

  final Path certificate;
  final Path key;

  private Certificates(Path certificate, Path key) {
    this.certificate = certificate;
    this.key = key;
  }

  /**
   * Makes a certificate.
   *
   * @param names whom it is for, as keytool wants it: {@code dns:localhost,ip:127.0.0.1}
   */
  static Certificates of(Path folder, String alias, String names) {
    Path store = folder.resolve(alias + ".p12");
    Shell.must(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-alias",
        alias,
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + alias,
        "-ext",
        "san=" + names,
        "-validity",
        "2",
        "-keystore",
        store.toString(),
        "-storetype",
        "PKCS12",
        "-storepass",
        PASSWORD);
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      return new Certificates(
          pem(
              folder.resolve(alias + ".crt"),
              "CERTIFICATE",
              keys.getCertificate(alias).getEncoded()),
          pem(
              folder.resolve(alias + ".key"),
              "PRIVATE KEY",
              keys.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path pem(Path file, String what, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        file,
        "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, text, what),
        StandardCharsets.US_ASCII);
  }
}
