package dev.gap.proxy;

import java.io.IOException;

/** A client of the local proxy asked for something wrong; it has been told so in its own protocol. */
final class RequestException extends IOException {
  private static final long serialVersionUID = 1;

  RequestException(String message) {
    super(message);
  }
}
