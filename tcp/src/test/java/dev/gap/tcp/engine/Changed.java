package dev.gap.tcp.engine;

import java.lang.reflect.RecordComponent;

/** Records with some of their values changed, by name: so that a new value in a configuration breaks no test. */
public final class Changed {
  private Changed() {}

  /**
   * {@return the record with other values}
   *
   * @param namesAndValues a name, its value, another name, its value
   */
  public static <R extends Record> R of(R record, Object... namesAndValues) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    int used = 0;
    try {
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] = components[i].getAccessor().invoke(record);
        for (int k = 0; k < namesAndValues.length; k += 2) {
          if (!components[i].getName().equals(namesAndValues[k])) continue;
          values[i] = namesAndValues[k + 1];
          used++;
        }
      }
      if (used * 2 != namesAndValues.length) throw new IllegalArgumentException("a name that is none in " + record);
      @SuppressWarnings("unchecked")
      Class<R> type = (Class<R>) record.getClass();
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("cannot change " + record, e);
    }
  }
}
