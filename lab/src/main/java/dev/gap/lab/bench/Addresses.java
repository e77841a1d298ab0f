package dev.gap.lab.bench;

import java.net.InetSocketAddress;

/** Addresses as the programs of a measurement are given them. */
public final class Addresses {
  private Addresses() {}

  /** {@return the address that {@code HOST:PORT} means} */
  public static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
