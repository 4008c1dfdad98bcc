package dev.nightjar.result;

import static dev.nightjar.result.Fixtures.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.KeyDigest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ManifestFormatTest {

  @Test
  void readsAsPeopleDoAndEndsInItsDigest() {
    String text =
        text(Fixtures.manifest(DAY, 7, Fixtures.SCORED, List.of(Fixtures.file(DAY, 7, 1))));
    assertThat(text)
        .startsWith("{\n  \"format\" : 1,\n  \"job\" : \"flight-delay\",\n")
        .contains(
            "\"run\" : \"flight-delay/2013-11-05/7\"",
            "\"end\" : \"2013-11-06T05:00:00Z\"",
            "\"scored\" : 1",
            "\"hex\" : \"ffffffffffffffff0000000000000007\"",
            "\"outcome\" : \"scored\"");
    assertThat(text.lines().reduce("", (a, b) -> b)).matches("\"digest\": \"[0-9a-f]{64}\"}");
  }

  @Test
  void noPrefixIsComplete() {
    byte[] whole =
        ManifestFormat.write(
            Fixtures.manifest(DAY, 7, Fixtures.SCORED, List.of(Fixtures.file(DAY, 7, 1))));
    for (int length : Fixtures.cuts(whole)) {
      assertThat(ManifestFormat.read("m", java.util.Arrays.copyOf(whole, length))).isEmpty();
    }
    assertThat(ManifestFormat.read("m", whole)).isPresent();
  }

  @Test
  void noChangedByteGoesUnseen() {
    byte[] whole = ManifestFormat.write(Fixtures.manifest(DAY, 7));
    for (int i = 0; i < whole.length; i++) {
      whole[i] ^= 1;
      assertThat(ManifestFormat.read("m", whole)).isEmpty();
      whole[i] ^= 1;
    }
  }

  @Test
  void fieldsOfALaterNightjarAreIgnored() throws Exception {
    Manifest manifest = Fixtures.manifest(DAY, 7);
    ObjectNode json = tree(manifest).put("colour", "blue");
    assertThat(ManifestFormat.read("m", ManifestFormat.seal(json.toPrettyString())))
        .contains(manifest);
  }

  @Test
  void aManifestOfBeforeEnginesCouldBeAskedForIsReadAndNamesNone() throws Exception {
    ObjectNode json = tree(Fixtures.manifest(DAY, 7));
    ((ObjectNode) json.get("bundle")).remove(List.of("engine", "device"));

    Manifest read =
        ManifestFormat.read("m", ManifestFormat.seal(json.toPrettyString())).orElseThrow();

    assertThat(read.bundle())
        .isEqualTo(new Manifest.BundleName("c0ffee", "flight-delay@3", "", ""));
  }

  @Test
  void aNewerFormatIsNamed() throws Exception {
    byte[] newer =
        ManifestFormat.seal(tree(Fixtures.manifest(DAY, 7)).put("format", 2).toPrettyString());
    assertThatThrownBy(() -> ManifestFormat.read("out/7.json", newer))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("'out/7.json' has format 2; this Nightjar reads 1");
  }

  @Test
  void aMissingFieldIsNotZero() throws Exception {
    ObjectNode json = tree(Fixtures.manifest(DAY, 7));
    json.remove("token");
    assertThatThrownBy(() -> ManifestFormat.read("m", ManifestFormat.seal(json.toPrettyString())))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("token");
  }

  @Test
  void filesLieInTheAttemptsFolder() {
    for (String path :
        List.of(
            "data/2013-11-05/8/a.parquet",
            "data/2013-11-05/7/../8/a.parquet",
            "data/2013-11-05/7//a.parquet",
            "/etc/passwd",
            "data/2013-11-05/7/")) {
      Manifest.DataFile file = new Manifest.DataFile(path, Outcome.SCORED, 1, 1);
      assertThatThrownBy(() -> Fixtures.manifest(DAY, 7, Fixtures.SCORED, List.of(file)))
          .isInstanceOf(ResultException.class)
          .hasMessageContaining("does not lie in its attempt's folder");
    }
  }

  @Property(tries = 200)
  void comesBackAsItWasWritten(@ForAll("manifests") Manifest manifest) {
    assertThat(ManifestFormat.read("m", ManifestFormat.write(manifest))).contains(manifest);
  }

  @Provide
  Arbitrary<Manifest> manifests() {
    Arbitrary<Instant> instants = instants();
    Arbitrary<KeyDigest> keys =
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs(), Arbitraries.longs())
            .as(KeyDigest::new);
    Arbitrary<StructType> schemas =
        Arbitraries.of("bigint", "string", "array<string>", "struct<a:int,b:decimal(9,2)>")
            .list()
            .ofMaxSize(4)
            .map(ManifestFormatTest::schema);
    Arbitrary<List<Manifest.DataFile>> files =
        Combinators.combine(
                Arbitraries.strings().alpha().ofMinLength(1),
                Arbitraries.of(Outcome.class),
                Arbitraries.longs().greaterOrEqual(0))
            .as((n, outcome, size) -> new Manifest.DataFile("data/d/3/" + n, outcome, size, size))
            .list()
            .ofMaxSize(5);
    return Combinators.combine(Arbitraries.strings(), instants, keys, schemas, files)
        .as(
            (text, start, sum, schema, list) ->
                new Manifest(
                    text,
                    "d",
                    start,
                    start.plusNanos(1),
                    3,
                    start,
                    new Manifest.BundleName(text, text + "\u0130\"", text, text),
                    sum,
                    new Manifest.Schemas(schema, new StructType()),
                    list));
  }

  static Arbitrary<Instant> instants() {
    return Combinators.combine(
            Arbitraries.longs().between(-60_000_000_000L, 200_000_000_000L),
            Arbitraries.longs().between(0, 999_999_999))
        .as(Instant::ofEpochSecond);
  }

  private static StructType schema(List<String> types) {
    StructType schema = new StructType();
    for (int i = 0; i < types.size(); i++) {
      schema = schema.add("c" + i, types.get(i), i % 2 == 0);
    }
    return schema;
  }

  private static ObjectNode tree(Manifest manifest) throws Exception {
    ObjectNode json = (ObjectNode) Json.STRICT.readTree(text(manifest));
    json.remove("digest");
    return json;
  }

  private static String text(Manifest manifest) {
    return new String(ManifestFormat.write(manifest), StandardCharsets.UTF_8);
  }
}
