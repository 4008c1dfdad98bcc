package dev.nightjar.online.page;

import static dev.nightjar.online.page.Browser.soon;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.settings.ModelChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** One browser for all tests, whose start is most of their time. */
class PageTest {
  private static final String CHOSEN = "#models button[aria-pressed='true'] strong";
  private static final String DISTANCE = "distance";
  private static final int MOST_STOPS = 40;
  private static final String STAGES = "Values of a field on its way to the network";

  @TempDir static Path profile;
  private static PageUnderTest endpoint;

  /** Where a real endpoint listens; empty while there is none. */
  private static String real = "";

  private static Browser browser;

  @BeforeAll
  static void start() {
    Optional<Browser> started = Browser.start(profile);
    Assumptions.assumeTrue(
        started.isPresent(),
        "no chromium and chromedriver on the path, so no browser for the page");
    browser = started.orElseThrow();
    endpoint = new CannedEndpoint();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
      endpoint.close();
    }
  }

  @AfterEach
  void nothing_left_the_origin_and_the_browser_had_nothing_to_say() {
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requests())
        .isNotEmpty()
        .allSatisfy(
            address ->
                assertThat(address)
                    .satisfiesAnyOf(
                        from(endpoint.open().toString()),
                        from(endpoint.guarded().toString()),
                        from(real.isEmpty() ? endpoint.open().toString() : real)));
  }

  private static ThrowingConsumer<String> from(String origin) {
    return address -> assertThat(address).startsWith(origin);
  }

  private static void open() {
    browser.open(endpoint.open());
    soon(() -> assertThat(browser.field(DISTANCE).isDisplayed()).isTrue());
  }

  private static void score() {
    browser.one("#score").click();
  }

  private static void scored() {
    score();
    soon(() -> assertThat(browser.text("#outcome")).isEqualTo("scored"));
  }

  /** The complaint that a browser makes of every answer that is an error. */
  private static void complained(String of) {
    assertThat(browser.complaints()).singleElement().asString().contains(of);
  }

  /** The other tests see answers that are made for them; this one what the endpoint makes. */
  @Test
  void the_page_of_a_real_endpoint_scores_a_row(@TempDir Path folder) {
    TestEndpoint.promote(folder, TestBundles.line("1", 10), "champion");
    try (TestEndpoint serving =
        TestEndpoint.start(TestEndpoint.settings(folder, ModelChoice.of("line@champion")))) {
      real = serving.uri("/").toString();
      browser.open(serving.uri("/"));
      soon(() -> assertThat(browser.field("x").isDisplayed()).isTrue());
      assertThat(browser.text(CHOSEN)).isEqualTo("line 1");
      browser.type(browser.field("x"), "7");
      browser.type(browser.field("colour"), "green");

      scored();

      assertThat(browser.text("#answer")).contains("24");
      assertThat(browser.row(STAGES, "x")).contains("7");
      browser.type(browser.field("x"), "101");
      score();
      soon(() -> assertThat(browser.text("#outcome")).isEqualTo("rejected"));
    }
  }

  @Test
  void models_are_listed_with_state_aliases_and_what_is_wrong() {
    open();

    assertThat(browser.all("#models button").stream().map(WebElement::getText))
        .containsExactly(
            "flight-delay 2013-11\nready\ndefault\n@champion\nas of scheduled_departure",
            "flight-delay 2013-12\nfailed\n@challenger\n"
                + "row 7 of the golden rows: <b id=\"injected\">0.71</b> where 0.73 is stored",
            "churn 1\nready");
    assertThat(browser.all("#injected")).isEmpty();
    assertThat(browser.text(CHOSEN)).isEqualTo("flight-delay 2013-11");
  }

  @Test
  void the_contract_is_told() {
    open();

    String inputs = "What a row brings, and what happens when it does not";
    assertThat(browser.row(inputs, DISTANCE))
        .containsExactly(
            DISTANCE, "double", "0 to 20000; required; an invalid one rejects the row");
    assertThat(browser.row(inputs, "carrier"))
        .containsExactly(
            "carrier",
            "category",
            "one of UA, AA, DL; UA where missing; an invalid one rejects the row;"
                + " an unknown category is flagged");
    assertThat(browser.row("What is looked up", "weather"))
        .containsExactly(
            "weather",
            "origin",
            "temp (double, default 55.2), wind_gust (double, default 0)",
            "2h");
    assertThat(browser.row("What comes out", "delayed"))
        .containsExactly("delayed", "float", "probability", "delayed_label is true from 0.5 on");
  }

  @Test
  void the_form_begins_with_the_example_and_is_sent_as_it_stands() {
    open();

    assertThat(browser.field(DISTANCE).getDomProperty("value")).isEqualTo("1416");
    assertThat(browser.field("carrier").getTagName()).isEqualTo("select");
    assertThat(browser.field("carrier").getDomProperty("value")).isEqualTo("UA");
    assertThat(browser.field("weekend").getText()).isEqualTo("(missing)\ntrue\nfalse");
    assertThat(browser.field("temp").getDomProperty("value")).isEmpty();
    assertThat(browser.field("temp").getDomProperty("placeholder")).isEqualTo("looked up");

    browser.type(browser.field("temp"), "1");
    browser.one("[aria-label='Empty the features of weather']").click();
    browser.type(browser.field("wind_gust"), "12.50");
    browser.type(browser.field("tailnum"), "\"14228\"");
    browser.type(browser.field("origin"), "7");
    browser.field("weekend").findElement(By.cssSelector("option[value='']")).click();
    scored();

    // Numbers as typed, and the one that JavaScript has no double for as the example wrote it.
    assertThat(endpoint.posted().get(endpoint.posted().size() - 1))
        .isEqualTo(
            """
            {
              "origin": 7,
              "tailnum": "14228",
              "scheduled_departure": "2013-11-29T10:15:00Z",
              "distance": 1416,
              "carrier": "UA",
              "weekend": null,
              "flight_id": 9007199254740993,
              "wind_gust": 12.50
            }""");
  }

  @Test
  void the_score_is_shown_with_flags_in_words_and_how_old_the_features_were() {
    open();

    browser.field(DISTANCE).sendKeys(Keys.ENTER);

    soon(() -> assertThat(browser.text("#outcome")).isEqualTo("scored"));
    assertThat(browser.text("#outputs"))
        .isEqualTo("delayed\n0.7312841\nthreshold 0.5\ndelayed_label\ntrue");
    assertThat(browser.text("#flags"))
        .isEqualTo(
            "seats was missing, so its default was taken\n"
                + "planes has no row for these keys, so defaults were taken");
    assertThat(browser.row("Feature views", "weather"))
        .containsExactly(
            "weather", "looked up", "2013-11-29 09:00:00 UTC", "1 hour 15 minutes old");
    assertThat(browser.row("Feature views", "planes"))
        .containsExactly("planes", "no row for these keys", "–", "–");
  }

  @Test
  void what_each_stage_made_of_the_row_is_a_table() {
    open();
    scored();

    soon(() -> assertThat(browser.row(STAGES, DISTANCE)).isNotEmpty());
    assertThat(browser.row(STAGES, DISTANCE))
        .containsExactly(DISTANCE, "1416", "7.2556", "1.102346");
    assertThat(browser.row(STAGES, "carrier")).containsExactly("carrier", "UA", "", "");
    assertThat(browser.row(STAGES, "carrier[AA]")).containsExactly("carrier[AA]", "", "0", "-0.5");
    assertThat(browser.row("Units of the network", "0")).containsExactly("0", "0.7312841");
    assertThat(browser.row("Outputs", "delayed_label")).containsExactly("delayed_label", "true");
  }

  @Test
  void what_the_server_says_of_a_field_stands_at_the_field() {
    open();
    browser.type(browser.field(DISTANCE), "far");
    score();

    soon(
        () ->
            assertThat(browser.text("#error"))
                .startsWith(
                    "distance: \"far\" is no double: write a number, without quotes; origin"));
    assertThat(browser.text("#answer")).contains("Status 400, request 8f1c02");
    assertThat(browser.field(DISTANCE).getDomAttribute("aria-invalid")).isEqualTo("true");
    assertThat(browser.described(browser.field(DISTANCE)))
        .endsWith("\n\"far\" is no double: write a number, without quotes");
    assertThat(browser.described(browser.field("origin")))
        .endsWith(
            "\norigin is absent; the view 'weather' is looked up by it for who does not bring all"
                + " of temp, wind_gust");
    complained("400");

    browser.type(browser.field(DISTANCE), "30000");
    score();

    soon(() -> assertThat(browser.text("#outcome")).isEqualTo("rejected"));
    assertThat(browser.text("#answer"))
        .contains("Rejected at contract, distance: 30000.0 is outside 0.0 to 20000.0");
    assertThat(browser.described(browser.field(DISTANCE)))
        .contains("30000.0 is outside 0.0 to 20000.0");

    browser.one("#example").click();

    assertThat(browser.field(DISTANCE).getDomProperty("value")).isEqualTo("1416");
    assertThat(browser.field(DISTANCE).getDomAttribute("aria-invalid")).isNull();
  }

  @Test
  void a_version_that_is_not_loaded_says_why() {
    open();

    browser.all("#models button").get(1).click();

    soon(
        () ->
            assertThat(browser.text("#models-message"))
                .contains("its golden rows come out differently"));
    assertThat(browser.one("#work").isDisplayed()).isFalse();
    complained("503");
  }

  @Test
  void a_row_can_be_written_as_json() {
    open();
    browser.one("#as-json").click();

    browser.type(browser.one("#json"), "[1]");
    browser.one("#as-json").click();

    assertThat(browser.text("#json-problem")).startsWith("a row is an object of fields");
    assertThat(browser.one("#as-json").isSelected()).isTrue();

    browser.type(browser.one("#json"), "{\"distance\": 7, \"carrier\": \"XX\"}");
    browser.one("#as-json").click();

    assertThat(browser.field(DISTANCE).getDomProperty("value")).isEqualTo("7");
    assertThat(browser.field("carrier").getDomProperty("value")).isEqualTo("XX");
    assertThat(browser.field("origin").getDomProperty("value")).isEmpty();
  }

  @Test
  void a_contract_of_very_many_fields_is_filled_in_as_json_and_its_classes_are_told() {
    open();

    browser.all("#models button").get(2).click();

    soon(() -> assertThat(browser.one("#json").isDisplayed()).isTrue());
    assertThat(browser.one("#json").getDomProperty("value")).isEqualTo("{\n  \"x0\": 0.125\n}");
    assertThat(browser.row("What comes out", "churn"))
        .containsExactly("churn", "string", "the strongest class", "stays, leaves");
  }

  @Test
  void a_token_is_asked_for_used_and_kept_nowhere() {
    browser.open(endpoint.guarded());
    soon(() -> assertThat(browser.one("#token").isDisplayed()).isTrue());
    assertThat(browser.text("#token-message")).startsWith("this endpoint answers with a token");
    complained("401");

    browser.type(browser.one("#token"), "wrong" + Keys.ENTER);
    soon(() -> complained("401"));
    soon(() -> assertThat(browser.one("#token").isDisplayed()).isTrue());
    browser.type(browser.one("#token"), endpoint.token() + Keys.ENTER);

    soon(() -> assertThat(browser.field(DISTANCE).isDisplayed()).isTrue());
    scored();
    assertThat(
            browser.script(
                "return localStorage.length + sessionStorage.length + document.cookie.length"))
        .isEqualTo(0L);
    assertThat(browser.one("#token").getDomProperty("value")).isEmpty();

    browser.one("#forget-token").click();
    score();

    soon(() -> assertThat(browser.one("#token").isDisplayed()).isTrue());
    complained("401");
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void all_text_can_be_read(String scheme) {
    browser.prefer("prefers-color-scheme", scheme);
    // Half-way from one colour to another, there is no telling.
    browser.prefer("prefers-reduced-motion", "reduce");
    open();
    browser.type(browser.field(DISTANCE), "30000");
    score();
    soon(() -> assertThat(browser.text("#outcome")).isEqualTo("rejected"));
    List<Contrast> rejected = Contrast.all(browser);
    browser.one("#example").click();
    scored();
    List<Contrast> scored = Contrast.all(browser);

    assertThat(Contrast.ground(browser)).isEqualTo(scheme);
    assertThat(scored).hasSizeGreaterThan(80);
    assertThat(rejected).filteredOn(Contrast::isTooLow).isEmpty();
    assertThat(scored).filteredOn(Contrast::isTooLow).isEmpty();
  }

  @Test
  void every_control_has_a_name_and_the_page_its_landmarks() {
    open();

    List<String> labels =
        browser.texts(
            "return [...document.querySelectorAll('input, select, textarea')]"
                + ".map((it) => [...it.labels].map((each) => each.textContent).join('').trim())");
    // Ten fields, the tick, the text of JSON, the time and the token; those that are hidden too.
    assertThat(labels).hasSize(14).doesNotContain("");
    assertThat(browser.field(DISTANCE).getAccessibleName()).isEqualTo(DISTANCE);
    assertThat(browser.all("main")).hasSize(1);
    assertThat(browser.all("h1")).hasSize(1);
    assertThat(browser.one("#answer").getDomAttribute("aria-live")).isEqualTo("polite");
    assertThat(browser.one("html").getDomAttribute("lang")).isEqualTo("en");
  }

  @Test
  void the_keyboard_reaches_everything_in_the_order_in_which_it_is_read() {
    open();
    List<Integer> places = new ArrayList<>();
    List<String> stops = new ArrayList<>();
    for (int i = 0; i < MOST_STOPS && !stops.contains("score"); i++) {
      browser.press(Keys.TAB);
      List<?> stop =
          (List<?>)
              requireNonNull(
                  browser.script(
                      "const it = document.activeElement;"
                          + " return [[...document.querySelectorAll('*')].indexOf(it),"
                          + " it.dataset.model || it.dataset.field || it.ariaLabel || it.id || it.className]"));
      places.add(((Number) requireNonNull(stop.get(0))).intValue());
      stops.add(String.valueOf(stop.get(1)));
    }

    assertThat(places).isSorted();
    assertThat(stops)
        .containsExactly(
            "skip",
            "refresh",
            "#flight-delay:2013-11",
            "#flight-delay:2013-12",
            "#churn:1",
            "as-json",
            "origin",
            "tailnum",
            "scheduled_departure",
            DISTANCE,
            "carrier",
            "weekend",
            "flight_id",
            "Empty the features of weather",
            "temp",
            "wind_gust",
            "Empty the features of planes",
            "seats",
            "score");
  }

  @Test
  void a_narrow_window_needs_no_scrolling_sideways() {
    try {
      browser.width(360);
      open();
      scored();

      assertThat(browser.script("return document.documentElement.scrollWidth <= 360"))
          .isEqualTo(true);
    } finally {
      browser.width(0);
    }
  }

  @Test
  void nothing_moves_for_those_who_do_not_want_it() {
    open();
    String transition =
        "return getComputedStyle(document.getElementById('score')).transitionDuration";
    browser.prefer("prefers-reduced-motion", "no-preference");
    assertThat(browser.script(transition)).isEqualTo("0.12s, 0.12s");
    browser.prefer("prefers-reduced-motion", "reduce");
    assertThat(browser.script(transition)).isEqualTo("0s");
  }
}
