package io.respite.examples.spring;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;

/** Asks for all capitals twice, and says how often they were looked up. */
@SpringBootApplication
@EnableCaching
public class Application {
  /** Runs it; {@code application.properties} and {@code caches.json} say where the cache is. */
  public static void main(String[] args) {
    SpringApplication.run(Application.class, args).close();
  }

  @Bean
  CommandLineRunner twice(Capitals capitals) {
    return args -> ask(capitals);
  }

  private static void ask(Capitals capitals) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (int round = 1; round <= 2; round++) {
      int before = capitals.lookups();
      long begin = System.nanoTime();
      int asked = 0;
      for (String country : capitals.countries()) {
        capitals.of(country);
        asked++;
      }
      out.printf(
          "%d. %d capitals: %d lookups, %.1f ms%n",
          round, asked, capitals.lookups() - before, (System.nanoTime() - begin) / 1e6);
    }
    out.printf("The capital of Austria is %s.%n", capitals.of("AT"));
  }
}
