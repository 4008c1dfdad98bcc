package dev.nightjar.store;

import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import java.nio.file.Path;
import java.util.List;

/** Where a feature store lies. */
public sealed interface StorePlace {

  /**
   * Opens the store to look up.
   *
   * @param views that will be asked for
   * @throws FeatureStoreException when there is none, or it cannot be read
   */
  OnlineStore read(List<FeatureView> views);

  /**
   * Opens the store to write, and to look up; makes it where there is none.
   *
   * @param views that will be written or asked for
   * @throws FeatureStoreException when it cannot be written
   */
  OnlineStore write(List<FeatureView> views);

  /**
   * What a key of a configuration names: a folder of this machine, or keys and values for a Redis.
   * Mistakes are reported to the section.
   *
   * @param key one that is there
   * @param base against which a relative folder is meant
   */
  static StorePlace read(Section section, String key, Path base) {
    if (section.hasSection(key)) {
      return new Redis(RedisPlace.read(section.section(key)));
    }
    Template written = section.template(key);
    for (String variable : written.variables()) {
      section.problem(key, "${" + variable + "} cannot stand here; only ${env:NAME} can");
    }
    if (written.text().contains(":/")) {
      section.problem(
          key,
          section.quote(written.text())
              + " is no folder of this machine; for a store in a Redis write"
              + " {redis: redis://HOST:PORT/DATABASE}");
    }
    return new Folder(base.resolve(written.text()));
  }

  /**
   * What an option of the command line names: {@code redis://HOST:PORT/DATABASE}, {@code rediss://}
   * for an encrypted connection, or a folder of this machine.
   *
   * @throws IllegalArgumentException when it looks like an address and is none
   */
  static StorePlace parse(String text) {
    return text.contains(":/") ? new Redis(RedisPlace.parse(text)) : new Folder(Path.of(text));
  }

  /** A folder of this machine. */
  record Folder(Path path) implements StorePlace {
    @Override
    public OnlineStore read(List<FeatureView> views) {
      return EmbeddedStore.read(path, views);
    }

    @Override
    public OnlineStore write(List<FeatureView> views) {
      return EmbeddedStore.write(path, views);
    }
  }

  /** A Redis. */
  record Redis(RedisPlace place) implements StorePlace {
    @Override
    public OnlineStore read(List<FeatureView> views) {
      return RedisStore.read(place, views);
    }

    @Override
    public OnlineStore write(List<FeatureView> views) {
      return RedisStore.write(place, views);
    }
  }
}
