package io.respite.servers.payara;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.servers.Wars;
import io.respite.servers.Web;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.jul.JULServiceProvider;

/**
 * One application three times on a Payara Micro whose Hazelcast is on, with interceptors for the
 * same annotations: with both providers, and with one of them by a setting in the archive.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BesideHazelcastIT {
  private static PayaraMicro payara;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    payara =
        PayaraMicro.start(
            "payara-hazelcast",
            folder,
            List.of("--hzconfigfile", System.getProperty("servers.hazelcast")),
            List.of(
                war("both", ""),
                war("ours", "respite.cdi.exclusive=true"),
                war("theirs", "respite.cdi.enabled=false")));
  }

  private static WebArchive war(String name, String settings) {
    return Wars.counted(name, settings).addAsLibraries(Wars.jarOf(JULServiceProvider.class));
  }

  @AfterAll
  static void stop() {
    if (payara != null) {
      payara.close();
    }
  }

  /** What an application has done: its methods' runs, and entries of both providers' caches. */
  private record Counts(int runs, int ours, int theirs) {
    static Counts of(Web web) {
      int runs = 0;
      int ours = 0;
      int theirs = 0;
      for (String line : web.get("state").lines().toList()) {
        String[] words = line.split(" ", -1);
        int number = Integer.parseInt(words[1]);
        if (words[0].equals("runs")) {
          runs = number;
        } else if (words[0].startsWith("io.respite.")) {
          ours += number;
        } else {
          assertThat(words[0]).startsWith("com.hazelcast.");
          theirs += number;
        }
      }
      return new Counts(runs, ours, theirs);
    }

    Counts since(Counts before) {
      return new Counts(runs - before.runs, ours - before.ours, theirs - before.theirs);
    }
  }

  /** Payara's cache is one for all applications, so each asks for a key of its own. */
  private static void assertCalls(String name, Counts afterTwoCalls, Counts afterRemoval) {
    Web web = new Web(name);
    Counts before = Counts.of(web);
    String first = web.get("results/" + name);
    assertThat(web.get("results/" + name)).isEqualTo(first);
    assertThat(Counts.of(web).since(before)).isEqualTo(afterTwoCalls);
    web.delete("results/" + name);
    assertThat(Counts.of(web).since(before)).isEqualTo(afterRemoval);
    assertThat(web.get("results/" + name)).isNotEqualTo(first);
    web.delete("results/" + name);
  }

  @Test
  void without_a_setting_both_intercept_and_a_warning_says_so() throws Exception {
    assertCalls("both", new Counts(1, 1, 1), new Counts(2, 0, 0));
    assertThat(payara.log())
        .contains(
            "fish.payara.cdi.jsr107.CacheResultInterceptor intercepts the annotations of JSR-107, too");
  }

  @Test
  void exclusive_leaves_theirs_out() {
    assertCalls("ours", new Counts(1, 1, 0), new Counts(2, 0, 0));
  }

  @Test
  void not_enabled_leaves_ours_out() {
    assertCalls("theirs", new Counts(1, 0, 1), new Counts(2, 0, 0));
  }

  @Test
  void nothing_listens_beyond_this_machine() throws Exception {
    assertThat(payara.addresses()).contains("0100007F").containsOnly("0100007F");
  }
}
