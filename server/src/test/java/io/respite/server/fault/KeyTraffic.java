package io.respite.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.Engine;
import io.respite.server.command.Arguments;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Everything one can do with a key, whatever it holds: what an engine has accepted it must be able
 * to serve. Words and replies have a byte a char.
 */
final class KeyTraffic {
  /** What an engine answers when something was thrown that nobody expected. */
  private static final String FAULT = "-ERR internal error";

  private static final int SHOWN = 40;

  /** KEY stands for the key; the types in RESP. */
  private static final Map<String, List<String>> LINES =
      Map.of(
          "string",
          List.of(
              "GET KEY",
              "STRLEN KEY",
              "GETRANGE KEY 0 -1",
              "PFCOUNT KEY",
              "PFADD KEY element",
              "PFMERGE other KEY",
              "PFCOUNT KEY other",
              "BITCOUNT KEY",
              "BITPOS KEY 1",
              "LCS KEY other LEN",
              "APPEND KEY more",
              "SETRANGE KEY 3 x",
              "INCR KEY",
              "INCRBYFLOAT KEY 1.5",
              "BITFIELD KEY INCRBY u8 0 1"),
          "list",
          List.of(
              "LRANGE KEY 0 -1",
              "LINDEX KEY 0",
              "LINDEX KEY -1",
              "LINDEX KEY 3",
              "LPOS KEY a COUNT 0",
              "SORT KEY ALPHA",
              "LSET KEY 0 first",
              "LINSERT KEY BEFORE first zeroth",
              "LINSERT KEY AFTER first 77",
              "LREM KEY 0 77",
              "RPUSH KEY last 123456789",
              "LMOVE KEY KEY LEFT RIGHT",
              "LTRIM KEY 1 -1",
              "LMPOP 1 KEY RIGHT COUNT 2",
              "LPUSH KEY " + "l".repeat(9000),
              "RPOPLPUSH KEY other2",
              "LRANGE KEY 0 -1"),
          "set",
          List.of(
              "SMEMBERS KEY",
              "SSCAN KEY 0 COUNT 1000",
              "SRANDMEMBER KEY -5",
              "SISMEMBER KEY 1",
              "SORT KEY ALPHA",
              "SUNION KEY KEY",
              "SINTERCARD 1 KEY",
              "SDIFFSTORE other3 KEY none",
              "SADD KEY 9223372036854775807",
              "SADD KEY word",
              "SREM KEY word",
              "SPOP KEY",
              "SMEMBERS KEY"),
          "zset",
          List.of(
              "ZRANGE KEY 0 -1 WITHSCORES",
              "ZRANGE KEY -inf +inf BYSCORE",
              "ZREVRANGEBYLEX KEY + -",
              "ZSCAN KEY 0 COUNT 1000",
              "ZCOUNT KEY -inf inf",
              "ZRANDMEMBER KEY -5 WITHSCORES",
              "ZRANK KEY a",
              "ZADD KEY 1.5 word",
              "ZADD KEY 2.5 " + "m".repeat(70),
              "ZINCRBY KEY 3 word",
              "ZREVRANK KEY word",
              "ZUNIONSTORE other4 1 KEY",
              "ZREMRANGEBYRANK KEY 0 0",
              "ZPOPMAX KEY",
              "ZRANGE KEY 0 -1 WITHSCORES"),
          "hash",
          List.of(
              "HGETALL KEY",
              "HKEYS KEY",
              "HSCAN KEY 0 COUNT 1000",
              "HRANDFIELD KEY -5 WITHVALUES",
              "HGET KEY f",
              "HPTTL KEY FIELDS 1 f",
              "HSET KEY new value",
              "HPEXPIRE KEY 100000 FIELDS 1 new",
              "HINCRBY KEY count 5",
              "HPERSIST KEY FIELDS 1 new",
              "HDEL KEY new",
              "HSET KEY long " + "v".repeat(70),
              "HGETALL KEY"),
          "stream",
          List.of(
              "XRANGE KEY - +",
              "XREVRANGE KEY + - COUNT 3",
              "XINFO STREAM KEY FULL",
              "XINFO GROUPS KEY",
              "XREAD COUNT 10 STREAMS KEY 0",
              "XGROUP CREATE KEY fresh 0",
              "XREADGROUP GROUP fresh me COUNT 2 STREAMS KEY >",
              "XPENDING KEY fresh - + 10",
              "XPENDING KEY g - + 10",
              "XINFO CONSUMERS KEY g",
              "XAUTOCLAIM KEY g me 0 0 COUNT 10",
              "XREADGROUP GROUP g ada STREAMS KEY 0",
              "XACK KEY g 1-1 2-1 3-1",
              "XGROUP DELCONSUMER KEY g ada",
              "XGROUP DESTROY KEY g",
              "XADD KEY * f v",
              "XADD KEY * other fields than before",
              "XDEL KEY 1-1 2-1",
              "XTRIM KEY MAXLEN 1",
              "XRANGE KEY - +"));

  private final Engine engine;
  private final Session session;
  private String last = "";

  KeyTraffic(Engine engine) {
    this.engine = engine;
    this.session = engine.newSession(Session.Connection.NONE, true);
  }

  /** The last request and its reply, for who looks for a fault; both cut short. */
  String last() {
    return last;
  }

  private static String cut(String text) {
    String line = text.strip();
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
  }

  /** Executes one request; what cannot be made durable is answered with an error too. */
  String call(String... words) {
    byte[][] bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
    }
    String reply;
    try {
      reply = new String(engine.execute(session, Arguments.of(bytes)), StandardCharsets.ISO_8859_1);
    } catch (IllegalStateException notDurable) {
      // Who embeds an engine hears by an exception what a client would hear by an error.
      reply = "-" + notDurable.getMessage() + "\r\n";
    }
    last = cut(String.join(" ", words)) + " -> " + cut(reply);
    return reply;
  }

  /** What DEBUG DIGEST answers, also when nothing can be made durable any more. */
  String digest() {
    Reply reply = new Reply();
    engine.keyspace().baton().take();
    try {
      engine.dispatcher().dispatch(session, Arguments.of("DEBUG", "DIGEST"), reply);
    } finally {
      engine.keyspace().baton().pass();
    }
    return new String(reply.toBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Executes a request whose words are separated by single spaces. */
  String line(String line) {
    return call(line.split(" ", -1));
  }

  /** The bulk string that a reply is. */
  static String bulk(String reply) {
    assertThat(reply).startsWith("$");
    return reply.substring(reply.indexOf('\n') + 1, reply.length() - 2);
  }

  /** Uses a key in every way there is, and asks whether it knows how many elements it has. */
  void use(String key) {
    String type = line("TYPE KEY", key).trim().substring(1);
    for (String line :
        List.of("OBJECT ENCODING KEY", "MEMORY USAGE KEY", "DUMP KEY", "COPY KEY copy REPLACE")) {
      line(line, key);
    }
    if (!type.equals("string")) {
      // A copy is equal; a string's may be cut to what a record keeps, and has no digest of its
      // own.
      String digests = call("DEBUG", "DIGEST-VALUE", key, "copy");
      String[] both = digests.split("\r\n", -1);
      assertThat(both[1]).as("the digest of a copy").isEqualTo(both[2]);
    }
    counted(type, key);
    for (String line : LINES.getOrDefault(type, List.of())) {
      line(line, key);
    }
    counted(line("TYPE KEY", key).trim().substring(1), key);
  }

  private String line(String line, String key) {
    String[] words = line.split(" ", -1);
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals("KEY")) {
        words[i] = key;
      }
    }
    String reply = call(words);
    assertThat(reply).as(line).doesNotStartWith(FAULT).isNotEmpty();
    return reply;
  }

  /** The length a collection tells is that of what it lists. */
  private void counted(String type, String key) {
    switch (type) {
      case "list" -> sameCount(line("LLEN KEY", key), line("LRANGE KEY 0 -1", key));
      case "set" -> sameCount(line("SCARD KEY", key), line("SMEMBERS KEY", key));
      case "zset" -> sameCount(line("ZCARD KEY", key), line("ZRANGE KEY 0 -1", key));
      case "stream" -> sameCount(line("XLEN KEY", key), line("XRANGE KEY - +", key));
      case "hash" -> {
        // Fields whose time has come count until they are removed, and are not listed.
        long listed = number(line("HGETALL KEY", key));
        assertThat(number(line("HLEN KEY", key))).isGreaterThanOrEqualTo(listed / 2);
      }
      default -> {}
    }
  }

  private static void sameCount(String told, String listed) {
    assertThat(number(listed)).as("elements listed").isEqualTo(number(told));
  }

  /** The integer in a reply's first line. */
  private static long number(String reply) {
    return Long.parseLong(reply.substring(1, reply.indexOf('\r')));
  }
}
