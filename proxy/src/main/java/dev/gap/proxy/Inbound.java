package dev.gap.proxy;

import java.io.IOException;

/**
 * A client's request, understood: where it wants to go, and how to tell it what became of that. Each protocol that the local
 * proxy speaks makes its own.
 */
interface Inbound {
  /** {@return where the client wants to go} */
  Target target();

  /** {@return what is to be sent to the target before what the client sends next} */
  byte[] preface();

  /** {@return whether the client waits for word before it sends anything} If not, a failure can always still be told. */
  boolean awaitsReply();

  /** Tells the client that it is connected. */
  void succeed() throws IOException;

  /** Tells the client why it is not. */
  void fail(Outcome outcome) throws IOException;
}
