package dev.nightjar.store;

import dev.nightjar.feature.FeatureStore;
import java.util.List;
import java.util.function.Function;

/**
 * A look-up in a store that somebody else has open, and closes. As thread-safe as what it is made
 * of.
 *
 * @param answers what the store answers for the views of this look-up
 */
record SharedLookUp(Function<List<Query>, List<Answer>> answers) implements FeatureStore {

  @Override
  public List<Answer> lookUp(List<Query> queries) {
    return answers.apply(queries);
  }

  /** The store stays open. */
  @Override
  public void close() {}
}
