package io.respite.examples.quickstart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.cache.Cache;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;

/**
 * The index "letters in sorted order → words", kept in a cache.
 *
 * <p>{@code listen}, {@code silent} and {@code enlist} have the same letters, so they share the
 * entry {@code eilnst → "enlist listen silent"}. The key is what makes it a job for a cache: every
 * word is one atomic update of one entry.
 */
final class Anagrams {
  private static final EntryProcessor<String, String, Void> ADD_WORD = new AddWord();

  private final Cache<String, String> cache;

  Anagrams(Cache<String, String> cache) {
    this.cache = cache;
  }

  /**
   * The word as the index takes it, in lower case; empty for one with anything but letters in it.
   */
  static String normalize(String word) {
    String lower = word.strip().toLowerCase(Locale.ROOT);
    return lower.chars().allMatch(Character::isLetter) ? lower : "";
  }

  /** The word's letters in order. */
  static String letters(String word) {
    int[] letters = word.codePoints().sorted().toArray();
    return new String(letters, 0, letters.length);
  }

  /**
   * Adds a word to the entry of its letters; atomic, so many threads and processes may fill one
   * index.
   */
  void add(String word) {
    cache.invoke(letters(word), ADD_WORD, word);
  }

  /** The words with these letters, in order; empty when there are none. */
  List<String> wordsOf(String letters) {
    String words = cache.get(letters);
    return words == null ? List.of() : Arrays.asList(words.split(" "));
  }

  /** All groups of at least {@code size} words, by their letters, the largest first. */
  List<List<String>> groupsOf(int size) {
    Map<String, List<String>> groups = new TreeMap<>();
    for (Cache.Entry<String, String> entry : cache) {
      List<String> words = Arrays.asList(entry.getValue().split(" "));
      if (words.size() >= size) {
        groups.put(entry.getKey(), words);
      }
    }
    List<List<String>> sorted = new ArrayList<>(groups.values());
    sorted.sort(
        Comparator.comparing((List<String> group) -> -group.size())
            .thenComparing(group -> group.get(0)));
    return sorted;
  }

  /** Puts a word in its place in the entry's list. */
  private static final class AddWord implements EntryProcessor<String, String, Void> {
    @Override
    public Void process(MutableEntry<String, String> entry, Object... arguments) {
      String word = (String) arguments[0];
      if (!entry.exists()) {
        entry.setValue(word);
        return null;
      }
      List<String> words = new ArrayList<>(Arrays.asList(entry.getValue().split(" ")));
      int place = java.util.Collections.binarySearch(words, word);
      if (place < 0) {
        words.add(-place - 1, word);
        entry.setValue(String.join(" ", words));
      }
      return null;
    }
  }
}
