package dev.gap.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;

import dev.gap.lab.bench.Duplex;

/** A channel of Netty without automatic reads, as a pair of streams that block. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the channel, and that is seen
final class NettyStream extends ChannelInboundHandlerAdapter implements Duplex {
  private static final int WRITE_BYTES = 64 << 10;
  private static final int MOST_UNWRITTEN = 16;

  private final Channel channel;
  private final Received in;
  private final OutputStream out = new BufferedOutputStream(new Writes(), WRITE_BYTES);
  /** Writes that may still be begun: Netty's own measure of a full channel cannot be waited for. */
  private final Semaphore unwritten = new Semaphore(MOST_UNWRITTEN);

  NettyStream(Channel channel) {
    this.channel = channel;
    in = new Received(channel::read);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof ByteBuf bytes) in.add(ByteBufUtil.getBytes(bytes));
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) in.end();
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    in.end();
    unwritten.release(MOST_UNWRITTEN);
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  /** Makes a write of the channel of each write. */
  private final class Writes extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[]{(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (!channel.isActive()) throw new IOException("the stream is closed");
      acquire();
      channel.writeAndFlush(Unpooled.copiedBuffer(bytes, offset, length)).addListener(f -> unwritten.release());
    }
  }

  private void acquire() throws InterruptedIOException {
    try {
      unwritten.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting to write");
    }
  }

  @Override
  public void close() {
    channel.close();
    in.end();
  }
}
