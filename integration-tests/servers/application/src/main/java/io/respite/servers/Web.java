package io.respite.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Requests to an application by HTTP. */
public final class Web {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String root;

  /**
   * @param name of the archive, without {@code .war}
   */
  public Web(String name) {
    root = "http://127.0.0.1:" + System.getProperty("servers.http") + "/" + name + "/";
  }

  /** The body of a successful answer. */
  public String get(String path) {
    return ask("GET", path);
  }

  /** A request that succeeds. */
  public void put(String path) {
    ask("PUT", path);
  }

  /** A request that succeeds. */
  public void delete(String path) {
    ask("DELETE", path);
  }

  private String ask(String method, String path) {
    HttpResponse<String> response = send(method, path);
    assertThat(response.statusCode())
        .as(() -> method + " " + path + ": " + response.body())
        .isBetween(200, 204);
    return response.body();
  }

  /** The status of a request, whatever it is. */
  public int status(String method, String path) {
    return send(method, path).statusCode();
  }

  private HttpResponse<String> send(String method, String path) {
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(URI.create(root + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .timeout(Duration.ofSeconds(30))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + root + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
