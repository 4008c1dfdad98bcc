package dev.nightjar.registry;

import dev.nightjar.storage.Storage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Lets others act in the moment before a file is created. */
record HookedStorage(Storage storage, Consumer<String> beforeCreating) implements Storage {
  @Override
  public String root() {
    return storage.root();
  }

  @Override
  public List<String> list(String folder) throws IOException {
    return storage.list(folder);
  }

  @Override
  public Optional<byte[]> read(String file) throws IOException {
    return storage.read(file);
  }

  @Override
  public boolean create(String file, byte[] content) throws IOException {
    beforeCreating.accept(file);
    return storage.create(file, content);
  }

  @Override
  public Optional<Instant> written(String name) throws IOException {
    return storage.written(name);
  }

  @Override
  public void delete(String name) throws IOException {
    storage.delete(name);
  }
}
