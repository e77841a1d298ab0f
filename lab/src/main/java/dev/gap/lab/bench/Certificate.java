package dev.gap.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * A certificate that nobody has signed, for peers that speak TLS.
 *
 * @param keyStore PKCS 12, with the password {@link #PASSWORD}
 * @param privateKey the same as PEM
 * @param certificate the same as PEM
 */
record Certificate(Path keyStore, Path privateKey, Path certificate) {
  static final String PASSWORD = "gap-lab";
  private static final String ALIAS = "lab";

  static Certificate make(Path folder) throws IOException {
    Path store = folder.resolve("lab.p12");
    String keytool = Path.of(System.getProperty("java.home", ""), "bin", "keytool").toString();
    Shell.run(List.of(keytool, "-genkeypair", "-alias", ALIAS, "-keyalg", "RSA", "-keysize", "2048", "-dname",
        "CN=" + Namespaces.FAR_ADDRESS, "-ext", "SAN=IP:" + Namespaces.FAR_ADDRESS, "-validity", "30", "-storetype",
        "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      Path key = pem(folder.resolve("key.pem"), "PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
      Path certificate = pem(folder.resolve("certificate.pem"), "CERTIFICATE",
          keys.getCertificate(ALIAS).getEncoded());
      return new Certificate(store, key, certificate);
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool has made something that Java cannot read", e);
    }
  }

  private static Path pem(Path path, String what, byte[] encoded) throws IOException {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(encoded);
    return Files.writeString(path, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }
}
