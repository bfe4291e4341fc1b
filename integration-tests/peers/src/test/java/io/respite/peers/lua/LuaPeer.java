package io.respite.peers.lua;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A process of {@code lua5.1} that answers one case after the other.
 *
 * <pre>
 *   request: letter, length (decimal, LF), bytes of a program
 *   answer:  letter, length (decimal, LF), bytes
 * </pre>
 *
 * <p>Request {@code c} compiles and answers {@code c} with the dump, or {@code e} with the message.
 * Request {@code r} runs a driver's function {@code run} on the program, and answers {@code r} with
 * the text that this returns.
 */
final class LuaPeer implements AutoCloseable {
  private static final String DRIVER =
      """
      local input, output = io.stdin, io.stdout
      local function answer(letter, text)
        output:write(letter, #text, "\\n", text)
        output:flush()
      end
      while true do
        local letter = input:read(1)
        if not letter then break end
        local length = input:read("*n")
        input:read(1)
        local source = length == 0 and "" or input:read(length)
        if letter == "c" then
          local f, message = loadstring(source, "=s")
          if f then answer("c", string.dump(f)) else answer("e", message) end
        else
          answer("r", run(source))
        end
      end
      """;

  /** An answer: its letter, and its text, one byte a char. */
  record Answer(char letter, String text) {
    byte[] bytes() {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  private final Path script;
  private final Process process;
  private final DataOutputStream out;
  private final DataInputStream in;

  /**
   * Starts the process; skips the test where no {@code lua5.1} is installed.
   *
   * @param run Lua source that defines the global function {@code run}; may be empty
   */
  LuaPeer(String run) throws IOException {
    boolean installed =
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "lua5.1")));
    assumeTrue(installed, "no lua5.1 installed");
    script = Files.createTempFile("driver", ".lua");
    String driver = "assert(loadstring([==[\n" + run + "]==], '=run'))()\n" + DRIVER;
    Files.writeString(script, driver, StandardCharsets.ISO_8859_1);
    process =
        new ProcessBuilder("lua5.1", script.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
  }

  /** Compiles a program under the name {@code s}. */
  Answer compile(byte[] source) {
    return ask('c', source);
  }

  /** Hands a program to the driver's function. */
  String run(byte[] source) {
    return ask('r', source).text();
  }

  private Answer ask(char letter, byte[] source) {
    try {
      out.writeBytes(letter + Integer.toString(source.length) + "\n");
      out.write(source);
      out.flush();
      char answered = (char) in.readByte();
      int length = 0;
      for (int c = in.readByte(); c != '\n'; c = in.readByte()) {
        length = 10 * length + c - '0';
      }
      return new Answer(answered, new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException("lua5.1 gave no answer", e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    Files.deleteIfExists(script);
  }
}
