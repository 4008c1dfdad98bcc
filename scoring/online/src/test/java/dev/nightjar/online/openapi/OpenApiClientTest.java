package dev.nightjar.online.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.ViewAnswer;
import dev.nightjar.feature.ViewAnswer.Standing;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.Cards;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.RowAnswer;
import dev.nightjar.online.rest.RowForm;
import dev.nightjar.online.rest.RowsRequest;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that OpenAPI Generator makes of the document sends rows that are read, and reads what is
 * answered. One test of some seconds: the generator is a JVM of its own, and what it writes is
 * compiled.
 */
class OpenApiClientTest {
  private static final ModelCard FLIGHTS = Cards.flights();
  private static final Path GENERATOR =
      Path.of("target/openapi-generator/openapi-generator-cli.jar");
  private static final Instant DEPARTURE = Instant.parse("2013-11-30T06:00:00Z");

  /** What a user would write. */
  private static final String USER =
      """
      package user;

      import java.time.OffsetDateTime;
      import java.util.Arrays;
      import java.util.List;
      import org.openapitools.client.ApiClient;
      import org.openapitools.client.ApiException;
      import org.openapitools.client.api.RowsApi;
      import org.openapitools.client.model.*;

      public final class User implements java.util.function.Function<String, List<Object>> {
        @Override
        public List<Object> apply(String uri) {
          ApiClient client = new ApiClient();
          client.updateBaseUri(uri);
          RowsApi rows = new RowsApi(client);
          FlightDelayRow row = new FlightDelayRow()
              .carrier("AA").distance(719.0).flightId(9007199254740993L).fuel(0.1f).tail("N1")
              .origin(new FlightDelayRowOrigin(1L << 40))
              .departure(OffsetDateTime.parse("2013-11-30T07:00:00+01:00"));
          try {
            List<FlightDelayAnswer> answers =
                rows.scoreFlightDelay(List.of(row, new FlightDelayRow()
                    .departure(OffsetDateTime.parse("2013-11-30T06:00:00Z"))
                    .temp(1.0).wind(2f).built(1999)));
            FlightDelayOutputs outputs = answers.get(0).getOutputs();
            ViewStanding weather = answers.get(0).getFeatures().getWeather();
            int refused = 0;
            try {
              rows.scoreFlightDelay(List.of(new FlightDelayRow()));
            } catch (ApiException e) {
              refused = e.getCode();
            }
            return Arrays.asList(
                outputs.getLate(), outputs.getLateLabel(), outputs.getMinutes(), outputs.getCause(),
                answers.get(0).getOutcome().getValue(), answers.get(0).getFlags(),
                weather.getStanding().getValue(), weather.getEventTime().toInstant(),
                weather.getAgeSeconds(), weather.getProvided(),
                answers.get(1).getOutcome().getValue(), answers.get(1).getOutputs(),
                answers.get(1).getRejection().getStage().getValue(),
                answers.get(1).getRejection().getReason(), refused);
          } catch (ApiException e) {
            throw new IllegalStateException(e);
          }
        }
      }
      """;

  @Test
  void a_generated_client_compiles_sends_rows_and_reads_answers(@TempDir Path folder)
      throws Exception {
    Path sources = generate(folder);
    Files.createDirectories(sources.resolve("user"));
    Files.writeString(sources.resolve("user/User.java"), USER);
    URL classes = compile(sources, folder.resolve("classes"));
    AtomicReference<ColumnBatch> received = new AtomicReference<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/models/flight-delay/score", exchange -> answer(exchange, received));
    server.start();
    List<Object> told;
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes})) {
      String uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort()).toString();
      told = user(loader).apply(uri);
    } finally {
      server.stop(0);
    }

    assertThat(received.get().column("flight_id").get(0)).isEqualTo(9007199254740993L);
    assertThat(received.get().column("fuel").get(0)).isEqualTo(0.1f);
    assertThat(received.get().column("origin").get(0)).isEqualTo(1L << 40);
    assertThat(received.get().column("departure").get(0)).isEqualTo(Timestamps.micros(DEPARTURE));
    assertThat(received.get().schema().names())
        .as("what is not set is absent and is looked up")
        .doesNotContain("temp", "wind", "built");
    assertThat(told)
        .containsExactly(
            0.1f,
            true,
            -12.3456789012345,
            "crew",
            "scored",
            List.of("imputed:temp"),
            "matched",
            Instant.parse("2013-11-30T05:51:00.000001Z"),
            539.999999,
            List.of("temp"),
            "rejected",
            null,
            "contract",
            "is missing",
            400);
  }

  private static Path generate(Path folder) throws IOException, InterruptedException {
    Path document = folder.resolve("openapi.json");
    Files.write(document, OpenApi.document(List.of(FLIGHTS), "0.1.0"));
    Path log = folder.resolve("generator.log");
    Process generator =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                GENERATOR.toAbsolutePath().toString(),
                "generate",
                "--input-spec",
                document.toString(),
                "--generator-name",
                "java",
                "--library",
                "native",
                "--output",
                folder.resolve("client").toString(),
                "--additional-properties",
                "dateLibrary=java8,openApiNullable=false,useJakartaEe=true",
                "--global-property",
                "apis,models,supportingFiles,apiTests=false,modelTests=false,apiDocs=false,"
                    + "modelDocs=false")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean isDone = generator.waitFor(120, TimeUnit.SECONDS);
    generator.destroyForcibly();
    assertThat(isDone && generator.exitValue() == 0).as(Files.readString(log)).isTrue();
    return folder.resolve("client/src/main/java");
  }

  private static URL compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> all = Files.walk(sources)) {
      List<Path> java = all.filter(path -> path.toString().endsWith(".java")).toList();
      Files.createDirectories(classes);
      boolean isCompiled =
          compiler
              .getTask(
                  problems,
                  files,
                  null,
                  List.of(
                      "-d",
                      classes.toString(),
                      "-proc:none",
                      "-nowarn",
                      "-encoding",
                      "UTF-8",
                      "-classpath",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjectsFromPaths(java))
              .call();
      assertThat(isCompiled).as(problems.toString()).isTrue();
    }
    return classes.toUri().toURL();
  }

  @SuppressWarnings("unchecked")
  private static Function<String, List<Object>> user(ClassLoader loader)
      throws ReflectiveOperationException {
    return (Function<String, List<Object>>)
        loader.loadClass("user.User").getDeclaredConstructor().newInstance();
  }

  private static void answer(HttpExchange exchange, AtomicReference<ColumnBatch> received)
      throws IOException {
    RowForm form = new RowForm(RequestLimits.DEFAULT);
    byte[] body;
    int status = 200;
    try {
      RowsRequest request = form.decode(exchange.getRequestBody().readAllBytes(), FLIGHTS);
      received.set(request.rows().parts().get(0).rows());
      long asOf = Timestamps.micros(DEPARTURE);
      body =
          form.encode(
              request, new Answers(FLIGHTS, List.of(asOf, asOf), List.of(scored(), rejected())));
    } catch (RequestException e) {
      status = e.kind().status();
      body = RowForm.error(e.getMessage(), "r-1", status);
    }
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static List<ViewAnswer> views(Standing weather, OptionalLong eventTime) {
    return List.of(
        new ViewAnswer("weather", weather, eventTime, List.of("temp")),
        new ViewAnswer("planes", Standing.NO_ROW, OptionalLong.empty(), List.of()));
  }

  private static RowAnswer scored() {
    return new RowAnswer(
        Outcome.SCORED,
        Arrays.asList(0.1f, true, -12.3456789012345, "crew"),
        Optional.empty(),
        List.of("imputed:temp"),
        views(
            Standing.MATCHED,
            OptionalLong.of(Timestamps.micros(Instant.parse("2013-11-30T05:51:00.000001Z")))));
  }

  private static RowAnswer rejected() {
    return new RowAnswer(
        Outcome.REJECTED,
        Arrays.asList(null, null, null, null),
        Optional.of(new Rejection(Stage.CONTRACT, "distance", "is missing")),
        List.of(),
        views(Standing.NOT_ASKED, OptionalLong.empty()));
  }
}
