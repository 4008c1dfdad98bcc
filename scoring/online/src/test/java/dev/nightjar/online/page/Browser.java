package dev.nightjar.online.page;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium that talks to nobody but the page's server. Not thread-safe. */
final class Browser implements AutoCloseable {
  private static final Pattern SENT =
      Pattern.compile("Network\\.requestWillBeSent\".*?\"request\":\\{.*?\"url\":\"([^\"]+)\"");

  /** One script, where the driver's own calls would be dozens. */
  private static final String ROW =
      """
      const [table, heading] = arguments;
      const rows = [...document.querySelectorAll("[role=region] tbody tr")]
        .filter((row) => row.closest("[role=region]").getAttribute("aria-label") === table)
        .map((row) => [...row.cells].map((cell) => cell.innerText));
      return rows.find((cells) => cells[0] === heading) ?? [];
      """;

  private final ChromeDriver driver;
  private final Map<String, String> preferred = new LinkedHashMap<>();

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts one, if this machine has Chromium and its driver on the path.
   *
   * @param profile an empty folder
   */
  static Optional<Browser> start(Path profile) {
    Optional<Path> browser = onPath("chromium", "chromium-browser", "google-chrome");
    Optional<Path> driver = onPath("chromedriver");
    if (browser.isEmpty() || driver.isEmpty()) {
      return Optional.empty();
    }
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.get().toFile());
    options.addArguments(
        "--headless",
        // Tests are run by root in containers, where the sandbox refuses to start.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1300,1000",
        "--user-data-dir=" + profile);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driver.get().toFile())
            .usingAnyFreePort()
            .build();
    Browser started = new Browser(new ChromeDriver(service, options));
    // It begins with a page of its own, whose requests are none of the page's.
    started.open(URI.create("about:blank"));
    started.requests();
    return Optional.of(started);
  }

  private static Optional<Path> onPath(String... names) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Waits until it holds what is asserted. */
  static void soon(ThrowingRunnable holds) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .pollDelay(Duration.ZERO)
        .ignoreExceptions()
        .untilAsserted(holds);
  }

  void open(URI address) {
    driver.get(address.toString());
  }

  /** The elements that a selector of CSS finds. */
  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  WebElement one(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  /** The field of the row's form. */
  WebElement field(String name) {
    return one("[data-field='" + name + "']");
  }

  void type(WebElement element, String text) {
    element.sendKeys(Keys.chord(Keys.CONTROL, "a"), text);
  }

  /** Presses a key, wherever the focus is. */
  void press(Keys key) {
    new Actions(driver).sendKeys(key).perform();
  }

  /** What is shown of an element; empty where there is none. */
  String text(String selector) {
    return all(selector).stream().findFirst().map(WebElement::getText).orElse("");
  }

  /** The cells of a row of the table with that name, the row's heading first; empty for none. */
  List<String> row(String table, String heading) {
    return texts(ROW, table, heading);
  }

  /** The texts that a screen reader reads with a field. */
  String described(WebElement field) {
    return Stream.of(String.valueOf(field.getDomAttribute("aria-describedby")).split(" "))
        .map(id -> text("#" + id))
        .collect(Collectors.joining("\n"));
  }

  /** The texts that a script in the page gives. */
  List<String> texts(String script, Object... arguments) {
    return ((List<?>) requireNonNull(driver.executeScript(script, arguments)))
        .stream().map(String::valueOf).toList();
  }

  /** Runs a script in the page. */
  @Nullable Object script(String script) {
    return driver.executeScript(script);
  }

  /** What a person has set up: {@code prefers-color-scheme}, {@code prefers-reduced-motion}. */
  void prefer(String what, String value) {
    preferred.put(what, value);
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            preferred.entrySet().stream()
                .map(each -> Map.of("name", each.getKey(), "value", each.getValue()))
                .toList()));
  }

  /** The width of the window, in pixels of CSS; 0 for what it was. */
  void width(int pixels) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", pixels, "height", 0, "deviceScaleFactor", 0, "mobile", false));
  }

  /** What the browser complained of since the last time this was asked. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** The addresses of all requests since the last time this was asked. */
  List<String> requests() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(entry -> SENT.matcher(entry.getMessage()))
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
