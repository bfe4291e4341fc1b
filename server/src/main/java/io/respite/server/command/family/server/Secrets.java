package io.respite.server.command.family.server;

import io.respite.server.command.Call;
import io.respite.server.config.Directive;
import io.respite.server.config.Directives;

/** Which arguments of a request nobody else is to see: passwords, and the names beside them. */
final class Secrets {
  /** What is shown in the place of one. */
  static final String REDACTED = "(redacted)";

  /** MIGRATE's host, port, key, database and timeout come before its options. */
  private static final int MIGRATE_OPTIONS = 6;

  private Secrets() {}

  /**
   * Whether the argument holds a password: in AUTH, HELLO and MIGRATE, and where CONFIG SET sets
   * directives that hold secrets.
   */
  static boolean isSecret(Call call, int i) {
    return switch (call.command().fullName()) {
      case "auth" -> i > 0;
      case "hello" -> i > 2 && (call.is(i - 1, "auth") || call.is(i - 2, "auth"));
      case "migrate" -> isSecretOfMigrate(call, i);
      case "config|set" ->
          i > 2
              && i % 2 == 1
              && Directives.find(call.text(i - 1))
                  .map(directive -> directive.is(Directive.Trait.SENSITIVE))
                  .orElse(false);
      default -> false;
    };
  }

  private static boolean isSecretOfMigrate(Call call, int i) {
    for (int at = MIGRATE_OPTIONS; at < i && !call.is(at, "keys"); at++) {
      int secrets = call.is(at, "auth") ? 1 : call.is(at, "auth2") ? 2 : 0;
      if (i <= at + secrets) {
        return true;
      }
      at += secrets;
    }
    return false;
  }
}
