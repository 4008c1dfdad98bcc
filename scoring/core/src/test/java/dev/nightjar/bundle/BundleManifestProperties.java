package dev.nightjar.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.AnyContract;
import dev.nightjar.contract.Contract;
import dev.nightjar.feature.FeatureStatistics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class BundleManifestProperties {

  @Property(tries = 200)
  void a_manifest_is_read_back_as_it_was_written(@ForAll("manifests") BundleManifest manifest) {
    byte[] bytes = manifest.toBytes();
    BundleManifest read = BundleManifest.parse("bundle", bytes);
    assertThat(read).isEqualTo(manifest);
    assertThat(read.toBytes()).isEqualTo(bytes);
  }

  @Provide
  Arbitrary<BundleManifest> manifests() {
    Arbitrary<Map<String, String>> provenance =
        Arbitraries.maps(
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1), AnyContract.texts())
            .ofMaxSize(3);
    Arbitrary<List<String>> columns =
        AnyContract.texts().filter(t -> !t.isBlank()).list().ofMinSize(1).ofMaxSize(4);
    Arbitrary<Instant> created =
        Arbitraries.longs().between(0, 4_000_000_000L).map(Instant::ofEpochSecond);
    Arbitrary<Contract> contracts = AnyContract.contracts();
    return Combinators.combine(contracts, columns, provenance, created)
        .as(
            (contract, transformed, facts, instant) ->
                new BundleManifest(
                    "flight-delay",
                    "1.0",
                    instant,
                    "dl4j",
                    (int) (instant.getEpochSecond() % 3),
                    new Tolerance(1e-6, 1e-5),
                    contract,
                    transformed,
                    List.of(),
                    FeatureStatistics.NONE,
                    facts,
                    foreign(transformed),
                    Map.of("golden.json", "ab")));
  }

  /** None, one of the only output, or one of an output with a name. */
  private static Optional<ForeignModel> foreign(List<String> names) {
    return names.size() == 1
        ? Optional.empty()
        : Optional.of(
            new ForeignModel(names.size() == 2 ? Optional.empty() : Optional.of(names.get(0))));
  }
}
