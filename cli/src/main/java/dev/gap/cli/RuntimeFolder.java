package dev.gap.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where control sockets and logs of background processes are: {@code $GAP_RUNTIME_DIR}, or {@code ~/.gap}. */
final class RuntimeFolder {
  private RuntimeFolder() {}

  static Path path() {
    String given = System.getenv("GAP_RUNTIME_DIR");
    return given != null && !given.isEmpty() ? Path.of(given) : Path.of(System.getProperty("user.home", "."), ".gap");
  }

  /** Makes a folder that only its owner can enter, if it is not there. */
  static void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) return;
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(folder);
    }
  }
}
