package io.respite.server.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.encoding.Cuts;
import io.respite.server.encoding.Owner;
import io.respite.server.encoding.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images of strings, lists and streams: they show the moment of the cut, whatever comes after. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ImageTest {
  private enum Kind {
    STRING,
    LIST,
    STREAM;

    Value make(EncodingLimits limits) {
      return switch (this) {
        case STRING -> new StringValue(limits.cuts(), new byte[0], 0, 0);
        case LIST -> new ListValue(limits);
        case STREAM -> new StreamValue(limits);
      };
    }
  }

  private static EncodingLimits limits(Cuts cuts, Random random) {
    EncodingLimits limits = new EncodingLimits(cuts);
    limits.listFill(new long[] {-2, -1, 3, 20, 500}[random.nextInt(5)]);
    limits.listCompressDepth(random.nextInt(3));
    limits.streamNodeEntries(new long[] {1, 3, 20, 100}[random.nextInt(4)]);
    limits.streamNodeBytes(500);
    return limits;
  }

  private record Image(Value value, String content) {
    void check(String seed) {
      assertThat(Contents.of(value).equals(content)).as(seed).isTrue();
    }
  }

  @Nested
  class One_after_another {
    @ParameterizedTest
    @EnumSource(Kind.class)
    void all_equal_what_was_there_at_their_cuts_and_the_value_goes_on_as_one_without_images(
        Kind kind) {
      long number = new Random().nextLong();
      String seed = "seed " + number;
      Random random = new Random(number);
      for (int round = 0; round < 12; round++) {
        Cuts cuts = new Cuts(Owner.ALONE);
        long settings = random.nextLong();
        Value value = kind.make(limits(cuts, new Random(settings)));
        Value twin = kind.make(limits(new Cuts(Owner.ALONE), new Random(settings)));
        List<Image> images = new ArrayList<>();
        String due = null;
        for (int step = 0; step < 1500; step++) {
          if (random.nextInt(40) == 0) {
            if (due != null) {
              images.add(new Image(value.atCut(), due));
            }
            cuts.cut();
            due = Contents.of(twin);
          } else if (due != null && random.nextInt(10) == 0) {
            // Before or after the first edit since the cut.
            images.add(new Image(value.atCut(), due));
            due = null;
          }
          long edit = random.nextLong();
          Edits.edit(value, edit);
          Edits.edit(twin, edit);
          if (step % 50 == 0) {
            assertThat(Contents.of(value).equals(Contents.of(twin))).as(seed).isTrue();
          }
          if (images.size() > 4) {
            Image gone = images.remove(random.nextInt(images.size()));
            gone.check(seed);
            gone.value.release();
          }
        }
        for (Image image : images) {
          image.check(seed);
        }
        assertThat(Contents.of(value).equals(Contents.of(twin))).as(seed).isTrue();
        assertThat(digest(value)).as(seed).isEqualTo(digest(twin));
        assertThat(Contents.of(value.copy())).as(seed).isEqualTo(Contents.of(twin.copy()));
      }
    }
  }

  private static String digest(Value value) {
    ValueDigest digest = new ValueDigest();
    value.digest(digest);
    return digest.hex();
  }

  /** A lock as the engine's baton is one. */
  private static final class Baton implements Owner {
    private final ReentrantLock lock = new ReentrantLock(true);

    @Override
    public void take() {
      lock.lock();
    }

    @Override
    public void pass() {
      lock.unlock();
    }
  }

  @Nested
  class In_another_thread {
    @ParameterizedTest
    @EnumSource(Kind.class)
    void they_are_read_while_the_value_is_edited(Kind kind) throws InterruptedException {
      long number = new Random().nextLong();
      String seed = "seed " + number;
      Random random = new Random(number);
      Baton baton = new Baton();
      Cuts cuts = new Cuts(baton);
      Value value = kind.make(limits(cuts, random));
      for (int i = 0; i < 500; i++) {
        Edits.edit(value, random.nextLong());
      }
      AtomicBoolean enough = new AtomicBoolean();
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<Integer> writer =
          CompletableFuture.supplyAsync(
              () -> {
                Random edits = new Random(number + 1);
                int done = 0;
                while (!enough.get()) {
                  baton.take();
                  try {
                    Edits.edit(value, edits.nextLong());
                  } finally {
                    baton.pass();
                  }
                  begun.countDown();
                  done++;
                }
                return done;
              });
      begun.await();
      try {
        for (int round = 0; round < 200; round++) {
          Value image;
          String expected;
          baton.take();
          try {
            cuts.cut();
            expected = Contents.of(value.copy()) + digest(value);
          } finally {
            baton.pass();
          }
          baton.take();
          try {
            image = value.atCut();
          } finally {
            baton.pass();
          }
          String found = Contents.of(image) + digest(image);
          assertThat(found.equals(expected)).as(seed).isTrue();
          baton.take();
          try {
            image.release();
          } finally {
            baton.pass();
          }
        }
      } finally {
        enough.set(true);
      }
      assertThat(writer.join()).isPositive();
    }
  }

  @Nested
  class Every_method_that_changes_something {
    private final Cuts cuts = new Cuts(Owner.ALONE);
    private final EncodingLimits limits = new EncodingLimits(cuts);

    private void keeps(Value value, Runnable change) {
      cuts.cut();
      String before = Contents.of(value);
      change.run();
      Value image = value.atCut();
      assertThat(Contents.of(image)).isEqualTo(before);
      assertThatThrownBy(value::atCut).isInstanceOf(IllegalStateException.class);
      image.release();
    }

    private final byte[] some = {1, 2, 3, 4};

    @Test
    void keeps_a_short_string() {
      StringValue string = new StringValue(cuts, new byte[200], 0, 200);
      change(string);
    }

    @Test
    void keeps_a_long_string() {
      StringValue string = new StringValue(cuts, new byte[200_000], 0, 200_000);
      change(string);
      assertThat(string.openImages()).isZero();
    }

    private void change(StringValue string) {
      keeps(string, () -> string.set(5, 5));
      keeps(string, () -> string.write(50, some, 0, 4));
      keeps(string, () -> string.write(string.length(), some, 0, 4));
      keeps(string, () -> string.write(string.length() + 1000, some, 0, 4));
      keeps(string, () -> string.splice(70, 50, some, 0, 4));
      keeps(string, () -> string.splice(10, 1, some, 0, 4));
      keeps(string, () -> string.replace(new byte[] {9}));
    }

    @Test
    void keeps_a_list() {
      limits.listFill(3);
      ListValue list = new ListValue(limits);
      Consumer<Boolean> push = first -> list.push(first, some, 0, 4);
      keeps(list, () -> push.accept(true));
      keeps(list, () -> push.accept(false));
      keeps(list, () -> list.expect(0, 1));
      keeps(list, () -> list.expect(0, 100));
      for (int i = 0; i < 12; i++) {
        keeps(list, () -> push.accept(true));
        keeps(list, () -> push.accept(false));
      }
      keeps(list, () -> list.set(11, some, 0, 3));
      keeps(list, () -> list.removeEnd(true));
      keeps(list, () -> list.removeEnd(false));
      keeps(list, () -> list.removeRange(3, 5));
      keeps(list, () -> list.removeEqual(some, 0, 4, 2, false));
      keeps(list, () -> list.removeRange(1, 1000));
      keeps(list, () -> list.shrunk());
      assertThat(list.encoding()).isEqualTo("listpack");
    }

    @Test
    void keeps_a_stream_and_what_hangs_off_it() {
      StreamValue stream = new StreamValue(limits);
      for (int i = 1; i < 10; i++) {
        StreamId id = new StreamId(i, 0);
        keeps(stream, () -> stream.append(id, Edits.words("a", "b"), 0, 1));
      }
      StreamId third = new StreamId(3, 0);
      keeps(stream, () -> assertThat(stream.delete(third)).isTrue());
      keeps(stream, () -> assertThat(stream.trim(5, null, false, 0)).isPositive());
      keeps(stream, () -> stream.lastId(new StreamId(20, 0)));
      keeps(stream, () -> stream.maxDeletedId(new StreamId(19, 0)));
      keeps(stream, () -> stream.entriesAdded(77));
      keeps(stream, () -> stream.addGroup(new byte[] {1}, StreamId.MIN, 0));
      StreamGroup group = stream.group(new byte[] {1});
      keeps(stream, () -> group.lastId(third));
      keeps(stream, () -> group.entriesRead(5));
      keeps(stream, () -> stream.advance(group, new StreamId(7, 0)));
      keeps(stream, () -> group.addConsumer(new byte[] {2}, 5));
      keeps(stream, () -> group.addConsumer(new byte[] {3}, 5));
      StreamConsumer first = group.consumer(new byte[] {2});
      StreamConsumer second = group.consumer(new byte[] {3});
      keeps(stream, () -> first.seenTime(9));
      keeps(stream, () -> first.activeTime(9));
      keeps(stream, () -> group.deliver(third, first, 100, 1));
      keeps(stream, () -> group.deliver(third, first, 200, 2));
      keeps(stream, () -> group.deliver(third, second, 300, 3));
      assertThat(first.pending().isEmpty()).isTrue();
      keeps(stream, () -> assertThat(group.acknowledge(third)).isTrue());
      keeps(stream, () -> group.deliver(third, second, 300, 3));
      keeps(stream, () -> group.removeConsumer(second));
      keeps(stream, () -> stream.removeGroup(new byte[] {1}));
    }

    @Test
    void is_refused_by_an_image_of_a_stream() {
      StreamValue stream = new StreamValue(limits);
      stream.append(new StreamId(1, 0), Edits.words("a", "b"), 0, 1);
      stream.addGroup(new byte[] {1}, StreamId.MIN, 0).addConsumer(new byte[] {2}, 5);
      cuts.cut();
      StreamValue image = (StreamValue) stream.atCut();
      StreamGroup group = image.group(new byte[] {1});
      StreamConsumer consumer = group.consumer(new byte[] {2});
      assertThatThrownBy(() -> image.delete(new StreamId(1, 0)))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> group.entriesRead(1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> consumer.seenTime(1)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Nested
  class Of_long_strings {
    private static final int LENGTH = 64 << 20;

    private final Cuts cuts = new Cuts(Owner.ALONE);

    @Test
    void copy_nothing_but_the_pieces_that_are_overwritten() {
      StringValue string = new StringValue(cuts, new byte[LENGTH], 0, LENGTH);
      cuts.cut();
      StringValue image = (StringValue) string.atCut();
      assertThat(image.copiedPieces()).isZero();
      string.set(5, 1);
      string.set(6, 1);
      string.write(StringPieces.SIZE - 1, new byte[2], 0, 2);
      assertThat(image.copiedPieces()).isEqualTo(2);
      string.write(LENGTH, new byte[1], 0, 1);
      assertThat(string.openImages()).isZero();
      string.set(LENGTH / 2, 1);
      assertThat(image.copiedPieces()).isEqualTo(2);
      long[] seen = new long[2];
      image.forEachPiece(
          (source, offset, count) -> {
            assertThat(count).isBetween(1, StringPieces.SIZE);
            for (int i = offset; i < offset + count; i++) {
              seen[0] += source[i];
            }
            seen[1] += count;
          });
      assertThat(seen).containsExactly(0, LENGTH);
    }

    @Test
    void are_let_go_when_their_snapshot_was_given_up() {
      StringValue string = new StringValue(cuts, new byte[200_000], 0, 200_000);
      cuts.cut();
      string.set(1, 1);
      assertThat(string.openImages()).isEqualTo(1);
      cuts.cut();
      string.set(1, 2);
      assertThat(string.openImages()).isEqualTo(1);
      string.atCut().release();
      assertThat(string.openImages()).isZero();
    }
  }

  @Test
  void a_string_that_has_become_shorter_leaves_nothing_behind_its_end() {
    StringValue string = new StringValue(new Cuts(Owner.ALONE), new byte[] {1, 2, 3, 4}, 0, 4);
    string.splice(1, 3, new byte[0], 0, 0);
    string.write(3, new byte[] {9}, 0, 1);
    assertThat(string.bytes()).startsWith(1, 0, 0, 9);
  }
}
