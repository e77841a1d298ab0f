package dev.gap.tcp.engine.stack;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.tcp.engine.connection.Flow;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;

import static org.assertj.core.api.Assertions.assertThat;

/** The table of flows, beside a map of the library. */
class FlowTableTest {
  private static final class Plain extends Flow {
    Plain(Address local, int localPort, Address remote, int remotePort) {
      super(new Frame(local, remote, localPort, remotePort, 0, 64, true));
    }

    @Override
    public long deadline(long now) {
      return Long.MAX_VALUE;
    }
  }

  private record Key(Address local, int localPort, Address remote, int remotePort) {
    Plain flow() {
      return new Plain(local, localPort, remote, remotePort);
    }
  }

  private static Key key(Random random) {
    boolean v6 = random.nextInt(4) == 0;
    Address local = v6 ? new Address(1, random.nextInt(2)) : Address.v4(random.nextInt(2));
    Address remote = v6 ? new Address(random.nextInt(3), 7) : Address.v4(random.nextInt(10));
    return new Key(local, random.nextInt(3), remote, random.nextInt(20));
  }

  @Test
  void aFlowIsFoundByItsFourAndByNothingElse() {
    FlowTable table = new FlowTable(1);
    Address a = Address.v4(1);
    Address b = Address.v4(2);
    Plain flow = new Plain(a, 80, b, 4000);
    table.put(flow);
    assertThat(table.get(a, 80, b, 4000)).isSameAs(flow);
    assertThat(table.get(b, 80, a, 4000)).isNull();
    assertThat(table.get(a, 4000, b, 80)).isNull();
    assertThat(table.get(a, 80, b, 4001)).isNull();
    assertThat(table.get(a, 81, b, 4000)).isNull();
  }

  @Test
  void anotherFlowWithTheSameFourTakesThePlace() {
    FlowTable table = new FlowTable(1);
    Plain first = new Plain(Address.v4(1), 80, Address.v4(2), 4000);
    Plain second = new Plain(Address.v4(1), 80, Address.v4(2), 4000);
    table.put(first);
    table.put(second);
    assertThat(table.size()).isOne();
    assertThat(table.get(Address.v4(1), 80, Address.v4(2), 4000)).isSameAs(second);
    assertThat(table.remove(first)).isFalse();
    assertThat(table.size()).isOne();
    assertThat(table.remove(second)).isTrue();
    assertThat(table.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesAsAMapUnderRandomOperations(long seed) {
    Random random = new Random(seed);
    FlowTable table = new FlowTable(random.nextLong());
    Map<Key, Plain> model = new HashMap<>();
    for (int step = 0; step < 30_000; step++) {
      String where = "seed %d, step %d".formatted(seed, step);
      Key key = key(random);
      boolean grows = step / 3000 % 2 == 0;
      if (random.nextInt(3) > (grows ? 0 : 1)) {
        Plain flow = key.flow();
        table.put(flow);
        model.put(key, flow);
      } else {
        Plain flow = model.remove(key);
        Plain victim = flow == null ? key.flow() : flow;
        assertThat(table.remove(victim)).as(where).isEqualTo(flow != null);
      }
      assertThat(table.size()).as(where).isEqualTo(model.size());
      Key other = key(random);
      Flow found = table.get(other.local, other.localPort, other.remote, other.remotePort);
      assertThat(found).as(where).isSameAs(model.get(other));
    }
    List<Flow> all = new ArrayList<>();
    table.forEach(all::add);
    assertThat(all).containsExactlyInAnyOrderElementsOf(model.values());
  }

  @Test
  void removingDuringALookAtAllIsAllowed() {
    FlowTable table = new FlowTable(3);
    for (int i = 0; i < 1000; i++)
      table.put(new Plain(Address.v4(1), 80, Address.v4(i), i));
    List<Flow> seen = new ArrayList<>();
    table.forEach(flow -> {
      seen.add(flow);
      table.remove(flow);
    });
    assertThat(seen).hasSize(1000).doesNotHaveDuplicates();
    assertThat(table.size()).isZero();
  }
}
