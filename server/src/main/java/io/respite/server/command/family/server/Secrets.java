package io.respite.server.command.family.server;

import io.respite.server.command.Call;
import io.respite.server.config.Directive;
import io.respite.server.config.Directives;
import java.util.BitSet;

/** Which arguments of a request nobody else is to see: passwords, and the names beside them. */
final class Secrets {
  /** What is shown in the place of one. */
  static final String REDACTED = "(redacted)";

  /** MIGRATE's host, port, key, database and timeout come before its options. */
  private static final int MIGRATE_OPTIONS = 6;

  private Secrets() {}

  /**
   * The places of arguments that hold a password: in AUTH, HELLO and MIGRATE, and where CONFIG SET
   * sets directives that hold secrets. Looks at each argument once, however many there are.
   */
  static BitSet of(Call call) {
    BitSet secret = new BitSet();
    int count = call.count();
    switch (call.command().fullName()) {
      case "auth" -> secret.set(1, count);
      case "hello" -> {
        for (int i = 2; i < count; i++) {
          if (call.is(i, "auth")) {
            secret.set(i + 1, i + 3);
          }
        }
      }
      case "migrate" -> {
        for (int i = MIGRATE_OPTIONS; i < count && !call.is(i, "keys"); i++) {
          int follow = call.is(i, "auth") ? 1 : call.is(i, "auth2") ? 2 : 0;
          secret.set(i + 1, i + 1 + follow);
          i += follow;
        }
      }
      case "config|set" -> {
        for (int i = 3; i < count; i += 2) {
          secret.set(i, holdsSecrets(call.text(i - 1)));
        }
      }
      default -> {
        // All others may be seen.
      }
    }
    return secret;
  }

  private static boolean holdsSecrets(String directive) {
    return Directives.find(directive)
        .map(found -> found.is(Directive.Trait.SENSITIVE))
        .orElse(false);
  }
}
