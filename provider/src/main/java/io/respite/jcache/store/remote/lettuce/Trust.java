package io.respite.jcache.store.remote.lettuce;

import io.respite.jcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whose certificates are believed: those whom the JVM trusts, and those of a file. */
final class Trust {
  private Trust() {}

  /**
   * Reads certificates.
   *
   * @param file certificates in PEM
   * @throws StoreException when it cannot be read or has none
   */
  static TrustManagerFactory with(String file) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate certificate : read(file)) {
        trusted.setCertificateEntry("file" + number++, certificate);
      }
      for (TrustManager manager : factory(null).getTrustManagers()) {
        if (manager instanceof X509TrustManager known) {
          for (X509Certificate certificate : known.getAcceptedIssuers()) {
            trusted.setCertificateEntry("jvm" + number++, certificate);
          }
        }
      }
      return factory(trusted);
    } catch (GeneralSecurityException | IOException e) {
      throw new StoreException("The certificates that this JVM trusts cannot be read", e);
    }
  }

  private static TrustManagerFactory factory(KeyStore trusted) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory;
  }

  private static Collection<? extends Certificate> read(String file) throws CertificateException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new StoreException("The file %s has no certificate".formatted(file), null);
      }
      return certificates;
    } catch (IOException e) {
      throw new StoreException(
          "The file %s of certificates to trust cannot be read: %s".formatted(file, e), e);
    } catch (CertificateException e) {
      throw new StoreException(
          "The file %s has to hold certificates in PEM, and does not: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
