package io.respite.server.type;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.encoding.Cuts;
import io.respite.server.encoding.Owner;
import io.respite.server.encoding.SeededHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images of hashes and sorted sets in their large form: what is set between two slices of the
 * reader, mostly written over in its record, does not show.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TableImageTest {
  private static final int MEMBERS = 50_000;

  private final Random random = new Random();
  private final long seed = random.nextLong();
  private Runnable change = () -> {};

  /** Whoever takes the right finds that others have had it meanwhile. */
  private final Owner owner =
      new Owner() {
        @Override
        public void take() {
          for (int i = 0; i < 2_000; i++) {
            change.run();
          }
        }

        @Override
        public void pass() {}
      };

  private final Cuts cuts = new Cuts(owner);
  private final EncodingLimits limits = new EncodingLimits(cuts);
  private final SeededHash hasher = new SeededHash(1, 2, 3, 4);

  private static byte[] b(String text) {
    return text.getBytes(US_ASCII);
  }

  private static byte[] member(int i) {
    return b("member:" + i);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void an_image_of_a_hash_shows_the_fields_of_the_cut(boolean removes) {
    random.setSeed(seed);
    HashValue hash = new HashValue(hasher, limits);
    TreeMap<String, String> expected = new TreeMap<>();
    for (int i = 0; i < MEMBERS; i++) {
      byte[] value = b(Integer.toString(100_000 + i));
      hash.put(member(i), 0, member(i).length, value, 0, value.length, i % 3 == 0 ? 5 : 0);
      expected.put("member:" + i, 100_000 + i + (i % 3 == 0 ? " until 5" : " until 0"));
    }
    change =
        () -> {
          int i = random.nextInt(MEMBERS);
          byte[] name = member(i);
          byte[] value = b(Integer.toString(200_000 + random.nextInt(100_000)));
          if (removes && random.nextInt(4) == 0) {
            hash.remove(name, 0, name.length);
          } else if (random.nextInt(3) == 0) {
            hash.expireAt(name, 0, name.length, 7);
          } else {
            hash.put(name, 0, name.length, value, 0, value.length, i % 3 == 0 ? 9 : 0);
          }
        };
    cuts.cut();
    Value image = hash.atCut();
    TreeMap<String, String> shown = new TreeMap<>();
    ((HashValue) image)
        .forEach(
            field ->
                shown.put(
                    new String(field.name(), US_ASCII),
                    new String(field.value(), US_ASCII) + " until " + field.expireAt()));
    image.release();
    assertThat(shown).as("seed %d", seed).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void an_image_of_a_sorted_set_shows_the_scores_of_the_cut_and_their_order(boolean removes) {
    random.setSeed(seed);
    SortedSetValue set = new SortedSetValue(hasher, limits);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      set.add(member(i), 0, member(i).length, i, 0);
      expected.add(0, "member:" + i + "=" + (double) i);
    }
    change =
        () -> {
          byte[] name = member(random.nextInt(MEMBERS));
          if (removes && random.nextInt(4) == 0) {
            set.remove(name, 0, name.length);
          } else {
            set.add(name, 0, name.length, random.nextInt(MEMBERS), 0);
          }
        };
    cuts.cut();
    Value image = set.atCut();
    List<String> shown = new ArrayList<>();
    ((SortedSetValue) image)
        .forEachDescending(
            member -> shown.add(new String(member.member(), US_ASCII) + "=" + member.score()));
    image.release();
    assertThat(shown).as("seed %d", seed).isEqualTo(expected);
  }
}
