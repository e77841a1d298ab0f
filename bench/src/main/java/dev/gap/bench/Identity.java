package dev.gap.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

/** A private key and its certificate, in a key store. */
record Identity(KeyStore keyStore, String password) {
  static Identity load(Path path, String password) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password.toCharArray());
      return new Identity(store, password);
    } catch (GeneralSecurityException e) {
      throw new IOException("this is no key store: " + path, e);
    }
  }

  /** {@return the name of the only entry} */
  String alias() throws GeneralSecurityException {
    return keyStore.aliases().nextElement();
  }
}
