package io.respite.server.acl;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandFlag;
import io.respite.server.command.Gate;
import io.respite.server.command.Session;
import io.respite.server.command.family.server.Authenticator;
import io.respite.server.config.BadValueException;
import io.respite.server.config.Config;
import io.respite.server.config.Directives;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The one user and its password ({@code requirepass}).
 *
 * <p>Only the password's SHA-256 is kept here, and it is compared in constant time, so that the
 * time of a refusal tells nothing. As a gate it keeps strangers from all commands but those that do
 * not need authentication.
 */
public final class RequirePass implements Authenticator, Gate {
  /** The one user's name. */
  public static final String DEFAULT_USER = "default";

  private volatile byte[] digest = {};

  /** Follows {@code requirepass}. */
  public RequirePass(Config config) throws BadValueException {
    config.follow(
        Directives.REQUIREPASS,
        password ->
            digest =
                password.isEmpty()
                    ? new byte[0]
                    : sha256(password.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  @Override
  public boolean needsPassword() {
    return digest.length > 0;
  }

  @Override
  public boolean authenticate(Session session, String user, byte[] password) {
    byte[] expected = digest;
    boolean right =
        user.equals(DEFAULT_USER)
            && (expected.length == 0 || MessageDigest.isEqual(expected, sha256(password)));
    Arrays.fill(password, (byte) 0);
    if (right) {
      session.user(DEFAULT_USER);
      session.authenticated(true);
    }
    return right;
  }

  @Override
  public void reset(Session session) {
    session.user(DEFAULT_USER);
    session.authenticated(!needsPassword());
  }

  @Override
  public boolean knows(String user) {
    return user.equals(DEFAULT_USER);
  }

  @Override
  public boolean pass(Call call) {
    if (!call.session().authenticated() && !call.command().is(CommandFlag.NO_AUTH)) {
      throw new CommandError("NOAUTH Authentication required.");
    }
    return true;
  }
}
