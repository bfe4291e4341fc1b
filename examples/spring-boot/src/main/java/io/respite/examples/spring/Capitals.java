package io.respite.examples.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.CacheResult;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Service;

/** A slow source: it reads the whole file for each answer. */
@Service
public class Capitals {
  private final AtomicInteger lookups = new AtomicInteger();

  /** The capital of a country; Spring's own {@code @Cacheable("capitals")} does the same. */
  @CacheResult(cacheName = "capitals")
  public String of(String country) throws IOException {
    lookups.incrementAndGet();
    return rows().stream()
        .filter(row -> row[0].equals(country))
        .map(row -> row[2])
        .findFirst()
        .orElseThrow();
  }

  /** How often the file was searched for a capital. */
  public int lookups() {
    return lookups.get();
  }

  /** The codes of all countries. */
  public List<String> countries() throws IOException {
    return rows().stream().skip(1).map(row -> row[0]).toList();
  }

  private static List<String[]> rows() throws IOException {
    var file = new ClassPathResource("countries.tsv");
    try (var lines =
        new BufferedReader(new InputStreamReader(file.getInputStream(), StandardCharsets.UTF_8))) {
      return lines.lines().map(line -> line.split("\t", -1)).toList();
    }
  }
}
