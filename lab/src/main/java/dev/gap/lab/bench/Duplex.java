package dev.gap.lab.bench;

import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;

/** A reliable stream of bytes in both directions, whatever carries it. Closing it ends a read that waits. */
public interface Duplex extends Closeable {
  /** {@return what the other end sends} */
  InputStream in();

  /** {@return what goes to the other end} It may be buffered until it is flushed. */
  OutputStream out();
}
