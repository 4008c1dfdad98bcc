package dev.nightjar.online.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleSignature;
import dev.nightjar.bundle.SigningKey;
import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.Tensors;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.store.StorePlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is served only when it is signed, fits, and is what was asked for. */
class ModelLoaderTest {
  private static final Bundle FIRST = TestBundles.line("1", 10);
  private static final Bundle SECOND = TestBundles.line("2", 20);

  @TempDir Path folder;

  private ServedModels models = new ServedModels(List.of());

  /** Looks once at what is to be served. */
  private void look(EndpointSettings settings) {
    models = new ServedModels(settings.models());
    RegistryWatch watch =
        new RegistryWatch(
            settings,
            models,
            new ModelListener() {
              @Override
              public void tookOver(String named, ModelCard card, long nanos) {}

              @Override
              public void failed(String named, String reason) {}
            });
    watch.look();
    watch.close();
  }

  private ModelState state(int slot) {
    return models.states().get(slot);
  }

  @Test
  void only_signed_bundles_are_served_where_signatures_are_asked_for() throws IOException {
    SigningKey key = SigningKey.generate();
    Path team = folder.resolve("team.pub");
    key.publicHalf().write(team);
    Path unsigned = TestBundles.write(FIRST.files(), folder.resolve("unsigned"));
    Path signed =
        TestBundles.write(
            BundleSignature.sign(SECOND, key).addTo(SECOND.files()), folder.resolve("signed"));
    Path others =
        TestBundles.write(
            BundleSignature.sign(FIRST, SigningKey.generate()).addTo(FIRST.files()),
            folder.resolve("others"));
    EndpointSettings plain =
        TestEndpoint.settings(
            folder,
            ModelChoice.of(unsigned.toString()),
            ModelChoice.of(signed.toString()),
            ModelChoice.of(others.toString()));
    look(
        new EndpointSettings(
            plain.registry(),
            plain.store(),
            plain.models(),
            List.of(team),
            plain.watch(),
            plain.listening(),
            plain.limits()));

    assertThat(state(0).reason().orElseThrow()).contains("is not signed");
    assertThat(state(1).serving().orElseThrow().version()).isEqualTo("2");
    assertThat(state(2).reason().orElseThrow()).contains("sign");
    assertThat(state(2).serving()).isEmpty();
  }

  @Test
  void what_cannot_be_served_as_it_is_asked_for_says_why() throws IOException {
    Path path = TestBundles.write(FIRST.files(), folder.resolve("line"));
    Path nothing = folder.resolve("nothing");
    look(
        TestEndpoint.settings(
            folder,
            new ModelChoice(path.toString(), Optional.of("x"), Optional.empty()),
            new ModelChoice(
                path.toString(), Optional.empty(), Optional.of(new Tensors("in", "out"))),
            ModelChoice.of(nothing.toString())));

    assertThat(state(0).reason().orElseThrow())
        .startsWith("the as-of field 'x' of line 1 (")
        .endsWith(") is a double and must be a timestamp");
    assertThat(state(1).reason().orElseThrow())
        .contains("cannot be offered as one tensor ('tensors')")
        .contains("colour (category)");
    assertThat(state(2).reason().orElseThrow()).contains(nothing.toString());
    assertThat(state(2).name()).isEmpty();
  }

  @Test
  void a_bundle_for_which_there_is_no_memory_is_refused_with_both_numbers() {
    StoreDoor door = new StoreDoor(new StorePlace.Folder(folder.resolve("store")));
    ModelChoice choice = ModelChoice.of("line@champion");
    ModelLoader noHeap =
        new ModelLoader(
            Optional.empty(), door, new ModelRoom(() -> 1_000, () -> 1L << 40, 2, 1_000));
    assertThatThrownBy(() -> noHeap.load(choice, FIRST.files()))
        .isInstanceOf(BundleException.class)
        .hasMessageMatching(
            "the bundle line 1 \\([0-9a-f]{12}\\) needs [1-9][0-9]* MiB of heap and 0 MiB are free; give the endpoint"
                + " more with NIGHTJAR_HEAP, or let requests have fewer rows \\(limits.rows\\)");
    ModelLoader nothingBeside =
        new ModelLoader(Optional.empty(), door, new ModelRoom(() -> 1L << 40, () -> -5, 2, 1_000));
    assertThatThrownBy(() -> nothingBeside.load(choice, FIRST.files()))
        .isInstanceOf(BundleException.class)
        .hasMessageMatching(
            "the bundle line 1 \\([0-9a-f]{12}\\) needs [1-9][0-9]* MiB of memory beside the heap and 0 MiB are free;"
                + " give the endpoint a machine or container with more, or serve fewer models on"
                + " this one");
    ModelLoader enough =
        new ModelLoader(
            Optional.empty(), door, new ModelRoom(() -> 1L << 40, () -> 1L << 40, 2, 1_000));
    enough.load(choice, FIRST.files()).retire();
  }
}
