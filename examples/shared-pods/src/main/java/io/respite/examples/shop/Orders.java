package io.respite.examples.shop;

import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.cache.CacheException;

/**
 * What stands for the world outside: the {@code run} script writes orders to an application, one a
 * line, and gets one line for each. An application does what it is told until there are no more
 * orders.
 */
final class Orders {
  /** Does what an order says. */
  interface Application extends AutoCloseable {
    /**
     * Obeys.
     *
     * @param words the order and what belongs to it
     * @return what the script is to know
     * @throws IllegalArgumentException for an order that nobody understands
     * @throws TimeoutException when something does not happen in time
     */
    String obey(List<String> words) throws InterruptedException, TimeoutException;

    /** There are no more orders. */
    @Override
    void close();
  }

  /** Makes the application, which may fail. */
  interface Opening {
    Application open();
  }

  private final String name;
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  /**
   * @param name stands before each line that {@link #say} prints
   */
  Orders(String name) {
    this.name = name;
  }

  /** Prints a line in one piece, for others print there too. */
  void say(String text) {
    out.print("%-9s | %s\n".formatted(name, text));
    out.flush();
  }

  /**
   * Opens an application and obeys until the orders end.
   *
   * @param answers the file to which answers go: {@code ok ...} or {@code failed ...}
   */
  void follow(String answers, Opening opening) throws IOException, InterruptedException {
    try (PrintStream to =
            new PrintStream(new FileOutputStream(answers), true, StandardCharsets.UTF_8);
        BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      try (Application application = opening.open()) {
        to.println("ok");
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
          to.println("ok " + application.obey(List.of(order.split(" ", -1))));
        }
      } catch (CacheException
          | IllegalArgumentException
          | IllegalStateException
          | TimeoutException e) {
        to.println("failed " + e.getMessage());
      }
    }
  }
}
