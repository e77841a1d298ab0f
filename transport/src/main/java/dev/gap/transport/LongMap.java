package dev.gap.transport;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A map from {@code long} to objects that allocates nothing on look-up: open addressing, linear probing, backward-shift
 * deletion. Keys are mixed with a salt, so that a peer who picks its keys cannot make them collide.
 *
 * @param <V> the values
 */
public final class LongMap<V> {
  private final long salt;
  private long[] keys = new long[16];
  private @Nullable Object[] values = new Object[16];
  private int size;

  /** @param salt drawn at random by the caller */
  public LongMap(long salt) {
    this.salt = salt;
  }

  /** {@return the number of entries} */
  public int size() {
    return size;
  }

  /** {@return the value of {@code key}, or null} */
  @SuppressWarnings("unchecked")
  public @Nullable V get(long key) {
    int mask = keys.length - 1;
    for (int i = slot(key); values[i] != null; i = (i + 1) & mask) {
      if (keys[i] == key) return (V) values[i];
    }
    return null;
  }

  /** Sets the value of {@code key}. */
  public void put(long key, V value) {
    if (size * 2 >= keys.length) grow();
    int mask = keys.length - 1;
    int i = slot(key);
    while (values[i] != null && keys[i] != key)
      i = (i + 1) & mask;
    if (values[i] == null) size++;
    keys[i] = key;
    values[i] = value;
  }

  /** {@return the value of {@code key}, which is taken out, or null} */
  @SuppressWarnings("unchecked")
  public @Nullable V remove(long key) {
    int mask = keys.length - 1;
    int i = slot(key);
    while (values[i] != null && keys[i] != key)
      i = (i + 1) & mask;
    V removed = (V) values[i];
    if (removed == null) return null;
    size--;
    int hole = i;
    for (int j = (i + 1) & mask; values[j] != null; j = (j + 1) & mask) {
      if (((j - slot(keys[j])) & mask) >= ((j - hole) & mask)) {
        keys[hole] = keys[j];
        values[hole] = values[j];
        hole = j;
      }
    }
    values[hole] = null;
    return removed;
  }

  /** Calls {@code action} with every value. It must not change the map. */
  @SuppressWarnings("unchecked")
  public void forEach(Consumer<? super V> action) {
    for (Object value : values) {
      if (value != null) action.accept((V) value);
    }
  }

  private int slot(long key) {
    long h = (key ^ salt) * 0x9E3779B97F4A7C15L;
    h = (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
    return (int) (h >>> 32) & (keys.length - 1);
  }

  @SuppressWarnings("unchecked")
  private void grow() {
    long[] oldKeys = keys;
    @Nullable
    Object[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new Object[oldKeys.length * 2];
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      Object value = oldValues[i];
      if (value != null) put(oldKeys[i], (V) value);
    }
  }
}
