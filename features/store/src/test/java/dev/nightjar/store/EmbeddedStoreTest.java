package dev.nightjar.store;

import static dev.nightjar.store.Views.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.feature.FeatureStore.Query;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

class EmbeddedStoreTest extends OnlineStoreBehaviour {
  @TempDir Path folder;

  @Override
  OnlineStore write(List<FeatureView> views) {
    return EmbeddedStore.write(folder, views);
  }

  @Override
  OnlineStore read(List<FeatureView> views) {
    return EmbeddedStore.read(folder, views);
  }

  @Override
  String place() {
    return folder.toString();
  }

  @Override
  String busyWords() {
    return "another materialization writes to the feature store in " + folder;
  }

  @Test
  void a_store_of_another_format_is_refused_by_look_ups_and_batches() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
    }
    overwrite(
        EmbeddedStore.VIEWS,
        old -> ByteBuffer.allocateDirect(old.remaining()).put(old).putInt(0, 99).flip());
    String words =
        "the store "
            + folder
            + " is of format 99 and this Nightjar reads format 2; use the Nightjar that wrote it,"
            + " or materialize into a new store";
    try (OnlineStore store = store()) {
      assertThatThrownBy(() -> weather(store, 50))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessage(words);
      assertThatThrownBy(() -> store.begin("weather", new Window(50, 60), Keeping.NEWEST))
          .hasMessage(words);
      // Nor is it said that there is no such view: who knows what the other format means.
      assertThatThrownBy(() -> store.lookUp(List.of(new Query("stations", LGA, 50))))
          .hasMessage(words);
    }
  }

  /** Puts other bytes into the first record of a tree, past all that looks after it. */
  private void overwrite(String tree, UnaryOperator<ByteBuffer> change) {
    try (Env<ByteBuffer> env = Env.create().setMaxDbs(2).open(folder.toFile())) {
      Dbi<ByteBuffer> dbi = env.openDbi(tree);
      try (Txn<ByteBuffer> txn = env.txnWrite()) {
        try (Cursor<ByteBuffer> cursor = dbi.openCursor(txn)) {
          assertThat(cursor.first()).isTrue();
          cursor.put(cursor.key(), change.apply(cursor.val()), PutFlags.MDB_CURRENT);
        }
        txn.commit();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 12, 30})
  void a_record_that_makes_no_sense_is_told_with_the_remedy(int left) {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, "clear"));
    }
    overwrite(
        EmbeddedStore.ROWS, old -> ByteBuffer.allocateDirect(left).put(old.slice(0, left)).flip());
    try (OnlineStore store = store()) {
      assertThatThrownBy(() -> weather(store, 50))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessageStartingWith(
              "the feature store in " + folder + " cannot be read: a record makes no sense (")
          .hasMessageEndingWith(
              "; where it is damaged, take the folder away and materialize again");
    }
  }

  @Test
  void a_file_of_something_else_is_named_with_the_remedy(@TempDir Path other) throws IOException {
    Files.writeString(other.resolve("data.mdb"), "junk");
    assertThatThrownBy(() -> EmbeddedStore.read(other, List.of()))
        .isInstanceOf(FeatureStoreException.class)
        .hasMessageStartingWith("the feature store in " + other + " cannot be opened: ")
        .hasMessageEndingWith("; where it is damaged, take the folder away and materialize again");
  }
}
