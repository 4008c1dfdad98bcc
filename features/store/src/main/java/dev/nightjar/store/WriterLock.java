package dev.nightjar.store;

/** Says that one process alone writes to a store, from its taking until it is closed. */
public interface WriterLock extends AutoCloseable {

  /** Lets others write; once more does nothing. */
  @Override
  void close();
}
