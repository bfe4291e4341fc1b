package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected hashes are those of the reference implementation, xxHash 0.8. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class Xxh3Test {
  @ParameterizedTest
  @CsvSource({
    "'', 2d06800538d394c2",
    "a, e6c632b61e964e1f",
    "hello, 9555e8555c62dcfd",
    "hello world, d447b1ea40e6988b",
  })
  void hashes_texts(String text, String expected) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(hex(Xxh3.hash(bytes, 0, bytes.length))).isEqualTo(expected);
  }

  /** Around every length at which another way is taken. */
  @ParameterizedTest
  @CsvSource({
    "0, 2d06800538d394c2",
    "1, 13e608bc156defed",
    "2, 1c9074b93943b86c",
    "3, a9088dda485b481c",
    "4, 6d9253b16c8b1ed3",
    "5, 998620e10e3a4b37",
    "8, 60539db630471163",
    "9, feff668361d723a8",
    "15, 9ec169f4a98231c1",
    "16, b8c859b0f030b585",
    "17, 714a04408e79b80f",
    "31, ed41ac283d0674b3",
    "32, 19ff4ee1d6ba1a55",
    "33, 3e44983ad21679c8",
    "64, 287eb1fa9e4be2c1",
    "65, 829218de4d798646",
    "96, f084e7cfbc624743",
    "97, 1daa83271a8e7b7c",
    "128, 67425a03650261bf",
    "129, c664bf3311c6abc4",
    "144, 606a17fa700bb932",
    "145, 58ceebee1ff9e519",
    "239, 1d861931c1f3cafa",
    "240, 64556dc6b462a6cf",
    "241, 8beadd3a8874fe17",
    "255, b67b6637a76e6c39",
    "256, 3c38817f6d79c0da",
    "1023, d26986a0b85dcc44",
    "1024, 9b81661c641c72b1",
    "1025, 806c2072ed713576",
    "1088, 2f8781e01841f0da",
    "2047, e36fcecaa2c0ecba",
    "2048, abe604813ba62ed1",
    "2049, 55aed42c9f1554b6",
    "100000, 0c056f6fcc340974",
  })
  void hashes_every_length_at_any_offset(int length, String expected) {
    for (int offset : new int[] {0, 1, 7}) {
      byte[] bytes = new byte[offset + length + 3];
      for (int i = 0; i < length; i++) {
        bytes[offset + i] = (byte) (i * 7 + 3);
      }
      assertThat(hex(Xxh3.hash(bytes, offset, length))).as("offset " + offset).isEqualTo(expected);
    }
  }

  private static String hex(long hash) {
    return String.format("%016x", hash);
  }
}
