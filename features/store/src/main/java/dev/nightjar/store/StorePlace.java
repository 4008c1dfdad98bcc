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
   * @param base against which a relative folder is meant
   * @param folder for a key that is not there
   */
  static StorePlace read(Section section, String key, Path base, String folder) {
    if (section.hasSection(key)) {
      return new Redis(RedisPlace.read(section.section(key)));
    }
    Template written = section.optionalTemplate(key).orElse(Template.of(folder));
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
