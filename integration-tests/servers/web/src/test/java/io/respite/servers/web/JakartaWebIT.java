package io.respite.servers.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Engine;
import io.respite.rigs.Ports;
import io.respite.rigs.ServerProcess;
import io.respite.rigs.SingleServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;

/** The example {@code jakarta-web}: started by its script, used in headless Chromium. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JakartaWebIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final List<Process> running = new ArrayList<>();
  private ChromeDriver browser;

  @BeforeAll
  static void look_for_Chromium() {
    assumeTrue(
        ServerProcess.installed("chromium").isPresent()
            && ServerProcess.installed("chromedriver").isPresent(),
        "Chromium is not installed; Debian has it in chromium and chromium-driver");
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (browser != null) {
      browser.quit();
    }
    for (Process process : running) {
      process.destroy();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  /** Runs the script with a free port, and opens the page. */
  private ChromeDriver open(String... options) throws IOException {
    int port = Ports.free();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("respite.examples"), "jakarta-web", "run").toString());
    command.addAll(List.of("--no-build", "--port", Integer.toString(port)));
    command.addAll(List.of(options));
    Path log = Files.createTempFile("jakarta-web", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("LIBERTY_HOME", System.getProperty("respite.liberty"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    running.add(process);
    await()
        .atMost(PATIENCE)
        .failFast(
            "the script has ended", () -> assertThat(process.isAlive()).as(read(log)).isTrue())
        .until(() -> read(log).contains("CWWKF0011I") && read(log).contains("CWWKZ0001I"));
    ChromeDriver opened = chromium();
    opened.get("http://127.0.0.1:" + port + "/");
    await()
        .atMost(PATIENCE)
        .until(() -> !opened.findElements(By.cssSelector("body[data-ready]")).isEmpty());
    return opened;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ChromeDriver chromium() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(ServerProcess.required("chromium").toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1000,1060");
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, java.util.logging.Level.ALL);
    options.setCapability("goog:loggingPrefs", logging);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(ServerProcess.required("chromedriver").toFile())
            .build();
    return new ChromeDriver(service, options);
  }

  private String text(String id) {
    return browser.findElement(By.id(id)).getText();
  }

  private void find(String code) {
    new Select(browser.findElement(By.id("country"))).selectByValue(code);
    press("go");
  }

  private void press(String id) {
    browser.findElement(By.id(id)).click();
    await().atMost(PATIENCE).until(() -> browser.findElement(By.id(id)).isEnabled());
  }

  @Test
  void the_page_shows_hits_misses_and_the_time_that_was_saved() throws IOException {
    browser = open();
    assertThat(browser.findElements(By.cssSelector("#map circle"))).hasSize(197);
    assertThat(text("hits")).isEqualTo("0");
    assertThat(text("store")).isEqualTo("respite:embedded");

    find("FR");
    assertThat(text("journey")).matches("Paris – .+: [\\d,]+ km, found by the database in .+ m?s");
    assertThat(text("misses")).isEqualTo("1");

    find("FR");
    assertThat(text("journey")).matches("Paris – .+: [\\d,]+ km, found by the cache in .+ ms");
    assertThat(text("hits")).isEqualTo("1");
    assertThat(text("saved")).isNotEqualTo("0 ms");
    assertThat(browser.findElements(By.cssSelector("#requests i.hit"))).hasSize(1);
    assertThat(browser.findElements(By.cssSelector("#requests i.miss"))).hasSize(1);
    assertThat(browser.findElements(By.cssSelector("#map polyline.hit"))).hasSize(1);

    press("tour");
    assertThat(Integer.parseInt(text("hits"))).isGreaterThanOrEqualTo(31);
    Path screenshot = Path.of(System.getProperty("respite.screenshot"));
    Files.write(screenshot, browser.getScreenshotAs(OutputType.BYTES));

    press("forget");
    find("FR");
    assertThat(text("journey")).contains("found by the database");
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
  }

  @Test
  void with_one_setting_the_cache_is_on_a_server_and_outlives_the_application() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.RESPITE)) {
      browser = open("--uri", server.uri());
      assertThat(text("store")).isEqualTo(server.uri());
      find("CL");
      assertThat(text("journey")).contains("found by the database");
      stop();

      browser = open("--uri", server.uri());
      find("CL");
      assertThat(text("journey")).contains("found by the cache");
    }
  }
}
