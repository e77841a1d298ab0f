package dev.gap.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

@Timeout(30)
@SuppressWarnings("try") // the server is only to be there
final class ControlTest {
  @TempDir
  Path folder;

  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("run").resolve("local.sock");
  }

  private ControlServer echo() throws IOException {
    return ControlServer.start(path, line -> "you said " + line);
  }

  @Test
  void answersALineWithLines() throws IOException {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    try (ControlServer server = ControlServer.start(path, line -> {
      lines.add(line);
      return "one\ntwo";
    })) {
      assertThat(ControlClient.ask(path, "wnd 5")).isEqualTo("one\ntwo");
      assertThat(ControlClient.ask(path, "")).isEqualTo("one\ntwo");
      assertThat(lines).containsExactly("wnd 5", "");
    }
  }

  @Test
  void givesLongAnswersWhole() throws IOException {
    String answer = "status ".repeat(50_000).strip();
    try (ControlServer server = ControlServer.start(path, line -> answer)) {
      assertThat(ControlClient.ask(path, "status")).isEqualTo(answer);
    }
  }

  /** Closed and gone before it is given, the answer to "stop" was lost now and then. */
  @Test
  void anAnswerUnderWayIsGivenBeforeItIsClosed() throws Exception {
    BlockingQueue<ControlServer> itself = new LinkedBlockingQueue<>();
    BlockingQueue<Boolean> closedFirst = new LinkedBlockingQueue<>();
    ControlServer server = ControlServer.start(path, line -> {
      try {
        closedFirst.add(Thread.ofVirtual().start(itself.take()::close).join(Duration.ofMillis(200)));
        return "pid 1";
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
    itself.add(server);
    assertThat(ControlClient.ask(path, "stop")).isEqualTo("pid 1");
    assertThat(closedFirst.take()).isFalse();
  }

  @Test
  void onlyItsOwnerCanOpenIt() throws IOException {
    try (ControlServer server = echo()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent()))).isEqualTo("rwx------");
    }
  }

  @Test
  void isAliveWhileItRuns() throws IOException {
    assertThat(ControlClient.isAlive(path)).isFalse();
    try (ControlServer server = echo()) {
      assertThat(ControlClient.isAlive(path)).isTrue();
    }
    assertThat(ControlClient.isAlive(path)).isFalse();
    assertThat(path).doesNotExist();
    assertThatIOException().isThrownBy(() -> ControlClient.ask(path, "ping"));
  }

  @Test
  void doesNotTakeTheSocketOfALivingProcess() throws IOException {
    try (ControlServer first = echo()) {
      assertThatExceptionOfType(IOException.class).isThrownBy(this::echo).withMessageContaining("another process")
          .withMessageContaining(path.toString());
      assertThat(ControlClient.ask(path, "x")).isEqualTo("you said x");
    }
  }

  @Test
  void replacesTheSocketOfADeadProcess() throws IOException {
    Files.createDirectories(path.getParent());
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    try (ControlServer server = echo()) {
      assertThat(ControlClient.ask(path, "x")).isEqualTo("you said x");
    }
  }

  @Test
  void survivesAnswersThatFailAndClientsThatSayNothing() throws IOException {
    try (ControlServer server = ControlServer.start(path, line -> {
      if (line.equals("bad")) throw new IllegalStateException("no");
      return "good";
    })) {
      assertThat(ControlClient.ask(path, "bad")).isEmpty();
      SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
      assertThat(ControlClient.ask(path, "x")).isEqualTo("good");
    }
  }

  @Test
  void cutsALineThatIsTooLong() throws IOException {
    try (ControlServer server = ControlServer.start(path, line -> String.valueOf(line.length()))) {
      assertThat(ControlClient.ask(path, "x".repeat(250))).isEqualTo("250");
    }
  }

  @Test
  void aClientThatSaysNothingDoesNotKeepOthersWaiting() throws Exception {
    try (ControlServer server = echo(); SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      FutureTask<String> other = new FutureTask<>(() -> ControlClient.ask(path, "x"));
      Thread.ofPlatform().daemon().start(other);
      assertThat(other.get(5, TimeUnit.SECONDS)).isEqualTo("you said x");
      assertThat(silent.isOpen()).isTrue();
    }
  }

  @Test
  void answersManyAtOnce() throws Exception {
    try (ControlServer server = echo()) {
      List<FutureTask<String>> tasks = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String line = "number " + i;
        FutureTask<String> task = new FutureTask<>(() -> ControlClient.ask(path, line));
        Thread.ofVirtual().start(task);
        tasks.add(task);
      }
      for (int i = 0; i < 50; i++)
        assertThat(tasks.get(i).get(10, TimeUnit.SECONDS)).isEqualTo("you said number " + i);
    }
  }
}
