package dev.gap.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import dev.gap.mtcp.engine.secure.SecureEndpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.APPEND;

/** The file of {@code --keylog}, one line for each set of keys, readable by its owner alone. */
final class KeyLogFile implements SecureEndpoint.KeyLog {
  private final PrintStream out;

  private KeyLogFile(PrintStream out) {
    this.out = out;
  }

  static KeyLogFile open(Path path) throws IOException {
    if (!Files.exists(path)) {
      if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(path);
      }
    }
    return new KeyLogFile(new PrintStream(Files.newOutputStream(path, APPEND), true, US_ASCII));
  }

  @Override
  public void onKeys(String line) {
    out.println(line);
  }
}
