/**
 * Who may do what. Today there is one user, {@code default}, with the password of {@code
 * requirepass} or none; see {@link io.respite.server.acl.RequirePass}. No parameter or result is
 * null unless it says so.
 */
package io.respite.server.acl;
