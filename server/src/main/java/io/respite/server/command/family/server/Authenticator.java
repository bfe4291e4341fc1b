package io.respite.server.command.family.server;

import io.respite.server.command.Session;

/** Who may act: what AUTH and HELLO ask of the mechanism that knows the users. */
public interface Authenticator {
  /** Whether a new client has to give a password before it may do anything. */
  boolean needsPassword();

  /**
   * Lets a session act as a user.
   *
   * @param password as it came; not kept
   * @return false, and the session is as it was, when there is no such user or the password is
   *     wrong
   */
  boolean authenticate(Session session, String user, byte[] password);

  /** Makes a session what it was when its client came: the default user's. */
  void reset(Session session);

  /** Whether there is a user of this name. */
  boolean knows(String user);
}
