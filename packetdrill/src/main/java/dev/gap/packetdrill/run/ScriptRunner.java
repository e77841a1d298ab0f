package dev.gap.packetdrill.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.script.Action;
import dev.gap.packetdrill.script.Event;
import dev.gap.packetdrill.script.EventTime;
import dev.gap.packetdrill.script.PacketLine;
import dev.gap.packetdrill.script.Script;

/**
 * Runs scripts on stacks in virtual time: an hour of waiting takes no longer than what happens in it. Each script gets
 * a stack of its own.
 */
public final class ScriptRunner {
  private final StackUnderTest.Factory factory;
  private final Profile.@Nullable Kind kind;

  /** A runner that tells by a script's spellings whose habits the stack is to have. */
  public ScriptRunner(StackUnderTest.Factory factory) {
    this(factory, null);
  }

  /** A runner on stacks of one kind, or of the kind each script is written for if {@code kind} is null. */
  public ScriptRunner(StackUnderTest.Factory factory, Profile.@Nullable Kind kind) {
    this.factory = factory;
    this.kind = kind;
  }

  /** {@return how {@code script} went} */
  public Outcome run(Script script) {
    List<String> notes = new ArrayList<>();
    Event at = script.events().getFirst();
    try {
      RunConfig config = RunConfig.of(script, kind);
      Profile profile = profile(config, RunConfig.windowScale(script), notes);
      Shell shell = new Shell(profile, notes);
      Timeline timeline = new Timeline(config, factory.create(profile, 0), shell, notes);
      long scriptStart = start(script.events().getFirst());
      @Nullable
      Event before = null;
      for (Event event : script.events()) {
        at = event;
        timeline.run(event, before, scriptStart);
        before = event;
      }
      timeline.finish();
      return new Outcome.Passed(notes);
    } catch (RunException e) {
      int line = at.position().line();
      return switch (e) {
        case RunException.Mismatch m -> new Outcome.Failed(line, m.expected(), m.actual(), at.text(), notes);
        case RunException.Unsupported u -> new Outcome.Unsupported(line, u.reason(), notes);
      };
    }
  }

  private static Profile profile(RunConfig config, int windowScale, List<String> notes) {
    Map<Setting, String> settings = Defaults.of(config.kind());
    long usual = Long.parseLong(settings.getOrDefault(Setting.RECEIVE_BUFFER_MAX, "0"));
    boolean fits = windowScale < 0 || (65535L << windowScale >= usual && 32767L << windowScale < usual);
    if (!fits) {
      settings.put(Setting.RECEIVE_BUFFER_MAX, Long.toString(65535L << windowScale));
      notes.add("receive buffer chosen for the window scale of " + windowScale + " that the script expects");
    }
    return new Profile(config.kind(), settings, config.local(), config.remote(), config.mtu(), Profile.Route.PLAIN);
  }

  private static long start(Event first) {
    return first.time() instanceof EventTime.At(long nanos) ? nanos : 0;
  }

  /** {@return whether an event is a packet for the stack: those keep their distances whatever happens between} */
  static boolean inbound(@Nullable Event event) {
    return event != null && event.action() instanceof PacketLine line && line.inbound();
  }

  /** {@return what an event is, for messages} */
  static String describe(Action action) {
    return switch (action) {
      case Action.Call call -> "a call of " + call.name();
      case Action.Shell _ -> "a command";
      case Action.Code _ -> "code";
      case PacketLine line -> line.inbound() ? "a packet in" : "a packet out";
    };
  }
}
