package dev.gap.packetdrill.run;

import java.util.Arrays;
import java.util.Optional;

/** Errors of system calls, with Linux's numbers. */
public enum Errno {
  EPERM(1), ENOENT(2), EINTR(4), EBADF(9), EAGAIN(11), ENOMEM(12), EACCES(13), EFAULT(14), EBUSY(16), EINVAL(
      22), EMFILE(24), ENOTTY(25), EPIPE(32), EDOM(33), ENOMSG(42), EPROTO(71), EBADMSG(74), ENOTSOCK(88), EDESTADDRREQ(
          89), EMSGSIZE(90), EPROTOTYPE(91), ENOPROTOOPT(92), EPROTONOSUPPORT(93), EOPNOTSUPP(95), EAFNOSUPPORT(
              97), EADDRINUSE(98), EADDRNOTAVAIL(99), ENETDOWN(100), ENETUNREACH(101), ENETRESET(102), ECONNABORTED(
                  103), ECONNRESET(104), ENOBUFS(105), EISCONN(106), ENOTCONN(107), ETIMEDOUT(110), ECONNREFUSED(
                      111), EHOSTDOWN(112), EHOSTUNREACH(113), EALREADY(114), EINPROGRESS(115), ECANCELED(125);

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  /** {@return the number on Linux} */
  public int number() {
    return number;
  }

  /** {@return the error with this name, under any of its names} */
  public static Optional<Errno> named(String name) {
    String usual = switch (name) {
      case "EWOULDBLOCK" -> "EAGAIN";
      case "ENOTSUP" -> "EOPNOTSUPP";
      default -> name;
    };
    return Arrays.stream(values()).filter(e -> e.name().equals(usual)).findFirst();
  }

  /** {@return how an error number reads, 0 included} */
  public static String text(long number) {
    return Arrays.stream(values()).filter(e -> e.number == number).findFirst().map(Errno::name)
        .orElse(Long.toString(number));
  }
}
