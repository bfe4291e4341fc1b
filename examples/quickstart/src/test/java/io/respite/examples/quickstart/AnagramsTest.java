package io.respite.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AnagramsTest {
  private final CacheManager manager = Caching.getCachingProvider().getCacheManager();
  private final Cache<String, String> cache =
      manager.createCache(
          "anagrams",
          new MutableConfiguration<String, String>().setTypes(String.class, String.class));
  private final Anagrams anagrams = new Anagrams(cache);

  @AfterEach
  void close() {
    manager.destroyCache("anagrams");
  }

  @Test
  void words_with_the_same_letters_share_an_entry_in_order_and_once() {
    for (String word : List.of("silent", "listen", "enlist", "listen", "tinsel", "cat")) {
      anagrams.add(word);
    }
    assertThat(anagrams.wordsOf("eilnst")).containsExactly("enlist", "listen", "silent", "tinsel");
    assertThat(anagrams.groupsOf(2))
        .containsExactly(List.of("enlist", "listen", "silent", "tinsel"));
    assertThat(anagrams.wordsOf("xyz")).isEmpty();
  }

  @Test
  void only_words_of_letters_count_and_case_does_not() {
    assertThat(Anagrams.normalize("Polish")).isEqualTo("polish");
    assertThat(Anagrams.normalize("cat's")).isEmpty();
    assertThat(Anagrams.letters("éclair")).isEqualTo("acilré");
  }
}
