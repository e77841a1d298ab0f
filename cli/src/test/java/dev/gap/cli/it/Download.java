package dev.gap.cli.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** A curl that is fetching something. */
final class Download {
  private final Running curl;
  private final Path file;
  private final long startNanos = System.nanoTime();

  Download(Running curl, Path file) {
    this.curl = curl;
    this.file = file;
  }

  /** {@return how many bytes have arrived so far} */
  long bytes() {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isRunning() { return curl.isAlive(); }

  void awaitBytes(long wanted, Duration patience) {
    Wait.until(curl.name() + " has " + wanted + " bytes", patience, () -> {
      if (bytes() < wanted && !isRunning()) throw new AssertionError(curl.name() + " ended early: " + curl.err());
      return bytes() >= wanted;
    });
  }

  /** {@return how long it took to get all of {@code page}} Fails if a byte is missing or wrong. */
  Duration awaitIntact(Site.Page page, Duration patience) {
    int exit = curl.await(patience);
    Duration time = Duration.ofNanos(System.nanoTime() - startNanos);
    assertThat(exit).as("exit code of curl, which says: %s", curl.err()).isZero();
    assertThat(bytes()).as("size of what %s got", curl.name()).isEqualTo(page.bytes());
    assertThat(Site.hash(file)).as("SHA-256 of what %s got", curl.name()).isEqualTo(page.sha256());
    return time;
  }

  /** {@return curl's exit code, once it has ended} */
  int awaitExit(Duration patience) {
    return curl.await(patience);
  }

  /** {@return what was fetched, as text} */
  String text() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return what curl has to say} */
  String error() {
    return curl.err();
  }
}
