package io.respite.tck;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * Reads the reports of a TCK run and fails the build unless every test of the TCK has run and
 * passed, on the servers it was meant for, and nothing but its own dummy test is excluded. An
 * excluded test counts as passed in the reports, so the list is checked as well.
 */
public final class TckReport {
  private static final List<String> EXCLUDED = List.of("org.jsr107.tck.CachingTest#dummyTest");

  private int tests;
  private int failures;
  private int errors;
  private int skipped;

  private TckReport() {}

  /**
   * Arguments: the run's name, the TCK's version, the number of its tests, the folder of the
   * reports, the list of excluded tests.
   */
  public static void main(String[] arguments)
      throws IOException, ParserConfigurationException, SAXException {
    String run = arguments[0];
    String version = arguments[1];
    int expected = Integer.parseInt(arguments[2]);
    Path reports = Path.of(arguments[3]);
    checkExcluded(Path.of(arguments[4]));
    var report = new TckReport();
    report.read(reports);
    int passed = report.tests - report.failures - report.errors - report.skipped;
    String place = checkServers(run, reports, expected);
    System.out.printf("TCK %s %s: %d of %d passed%s%n", version, run, passed, expected, place);
    if (passed != expected || report.tests != expected) {
      throw new IllegalStateException(
          "The TCK ran %d tests (%s), with %d failures, %d errors and %d skipped, instead of %d that pass"
              .formatted(
                  report.tests, run, report.failures, report.errors, report.skipped, expected));
    }
  }

  /** Every test stores something, so that the servers have heard of each. */
  private static String checkServers(String run, Path reports, int tests) throws IOException {
    var notes = new Properties();
    try (Reader reader = Files.newBufferedReader(reports.resolve(TckServer.NOTES))) {
      notes.load(reader);
    }
    String uri = notes.getProperty(TckServer.URI);
    long commands = Long.parseLong(notes.getProperty(TckServer.COMMANDS));
    if (run.equals("embedded") != uri.isEmpty() || (!uri.isEmpty() && commands < tests)) {
      throw new IllegalStateException(
          "The run '%s' of the TCK went to '%s', which was given %d commands"
              .formatted(run, uri, commands));
    }
    return uri.isEmpty() ? "" : ", " + commands + " commands to " + uri;
  }

  private static void checkExcluded(Path list) throws IOException {
    List<String> excluded =
        Files.readAllLines(list).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    if (!excluded.equals(EXCLUDED)) {
      throw new IllegalStateException(
          "%s excludes %s instead of %s".formatted(list, excluded, EXCLUDED));
    }
  }

  private void read(Path folder) throws IOException, ParserConfigurationException, SAXException {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    DocumentBuilder builder = factory.newDocumentBuilder();
    List<File> reports;
    try (Stream<Path> files = Files.list(folder)) {
      reports =
          files
              .map(Path::toFile)
              .filter(file -> file.getName().startsWith("TEST-") && file.getName().endsWith(".xml"))
              .toList();
    }
    for (File file : reports) {
      Element suite = builder.parse(file).getDocumentElement();
      tests += count(suite, "tests");
      failures += count(suite, "failures");
      errors += count(suite, "errors");
      skipped += count(suite, "skipped");
    }
  }

  private static int count(Element suite, String attribute) {
    return Integer.parseInt(suite.getAttribute(attribute));
  }
}
