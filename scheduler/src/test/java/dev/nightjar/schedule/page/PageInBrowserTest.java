package dev.nightjar.schedule.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.access.AccessTokens;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.schedule.Grain;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The page in a headless Chromium; skipped where the machine has none. */
class PageInBrowserTest {
  private static final String TOKEN = AccessTokens.fresh();

  @TempDir static Path folder;
  private static Scene scene;
  private static PageServer server;
  private static ChromeDriver driver;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> browser = onPath("chromium", "chromium-browser", "google-chrome");
    Optional<Path> chromedriver = onPath("chromedriver");
    assumeTrue(browser.isPresent() && chromedriver.isPresent(), "no Chromium here");
    scene = Scene.full(folder);
    scene.job(Scene.HOSTILE, Grain.DAY, "0 30 4 * * ?");
    Path tokens = Files.writeString(folder.resolve("tokens"), AccessTokens.line("ada", TOKEN));
    server = scene.serve(new PageSettings(PageSettings.LOOPBACK, 0, Optional.of(tokens), false));
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.get().toFile());
    options.addArguments(
        "--headless",
        // Tests are run by root in containers, where the sandbox refuses to start.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1300,1000",
        "--user-data-dir=" + Files.createDirectory(folder.resolve("profile")));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.get().toFile())
                .usingAnyFreePort()
                .build(),
            options);
  }

  private static Optional<Path> onPath(String... names) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .flatMap(place -> Stream.of(names).map(name -> Path.of(place, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @AfterAll
  static void stop() {
    if (driver != null) {
      driver.quit();
      server.close();
    }
  }

  private static void open(String path) {
    driver.get("http://127.0.0.1:" + server.port() + path);
  }

  private static List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  private static List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getMessage())
        .toList();
  }

  /** For who wants to look: {@code -Dnightjar.pictures=FOLDER}. */
  private static void picture(String name) throws Exception {
    String wanted = System.getProperty("nightjar.pictures");
    for (String scheme : wanted == null ? List.<String>of() : List.of("light", "dark")) {
      for (int width : new int[] {1300, 400}) {
        driver.executeCdpCommand(
            "Emulation.setEmulatedMedia",
            Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        driver.executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", 1500, "deviceScaleFactor", 1, "mobile", false));
        Files.write(
            Path.of(wanted, name + "-" + scheme + "-" + width + ".png"),
            driver.getScreenshotAs(OutputType.BYTES));
      }
    }
    if (wanted != null) {
      driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
  }

  @Test
  void every_page_is_shown_without_a_complaint_and_no_name_is_obeyed() throws Exception {
    open("/");
    picture("overview");
    assertThat(all("#problems")).hasSize(1);
    assertThat(driver.findElement(By.cssSelector("main")).getText()).contains("<script>alert(1)");
    assertThat(all("main script")).isEmpty();
    driver.findElement(By.partialLinkText("<script>alert(1)")).click();
    assertThat(driver.findElement(By.cssSelector("h1")).getText()).contains("<script>alert(1)");
    open("/jobs/arrival-delay");
    picture("job");
    open("/jobs/features-hourly");
    picture("hours");
    open("/jobs/arrival-delay/2024-03-17");
    picture("run");
    assertThat(complaints()).isEmpty();
  }

  @Test
  void the_calendar_shows_each_state_and_goes_by_the_arrow_keys() {
    open("/jobs/arrival-delay");
    assertThat(all("a.cell.is-missing").get(0).getAccessibleName())
        .isEqualTo("2024-03-13: missing");
    assertThat(all("a.cell.is-running").get(0).getText()).contains("18").contains("▶");
    WebElement failed = all("a.cell.is-failed").get(0);
    failed.sendKeys(Keys.ARROW_LEFT);
    assertThat(driver.switchTo().activeElement().getAccessibleName())
        .isEqualTo("2024-03-09: published");
    new Actions(driver).sendKeys(Keys.ENTER).perform();
    await().untilAsserted(() -> assertThat(driver.getCurrentUrl()).endsWith("/2024-03-09"));
  }

  @Test
  void whoever_logs_in_triggers_an_interval() {
    open("/jobs/arrival-delay");
    assertThat(all("form")).isEmpty();
    open("/login");
    driver.findElement(By.id("token")).sendKeys(TOKEN, Keys.ENTER);
    await()
        .untilAsserted(
            () -> assertThat(driver.findElement(By.cssSelector(".who")).getText()).contains("ada"));
    open("/jobs/arrival-delay/2024-03-12");
    driver.findElement(By.cssSelector("main form button")).click();
    await()
        .untilAsserted(
            () ->
                assertThat(driver.findElement(By.cssSelector(".told")).getText())
                    .isEqualTo("arrival-delay 2024-03-12 is due"));

    assertThat(scene.ledger.slot("arrival-delay", "2024-03-12").orElseThrow().state())
        .isEqualTo(SlotState.DUE);
    assertThat(scene.woken).hasPositiveValue();
    assertThat(scene.said).anyMatch(line -> line.contains("(ada, by the page)"));
  }
}
