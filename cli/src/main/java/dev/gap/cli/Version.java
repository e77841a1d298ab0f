package dev.gap.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code gap version} says. */
final class Version implements IVersionProvider {
  static final String NUMBER = "0.1.0";

  @Override
  public String[] getVersion() {
    return new String[]{"gap " + NUMBER + " (mTCP profiles 2 and 1, Java " + Runtime.version() + ")"};
  }
}
