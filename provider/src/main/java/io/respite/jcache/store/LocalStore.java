package io.respite.jcache.store;

/**
 * A store in this JVM, which answers the record that a change has made, at no cost. So whoever
 * keeps values beside their records ({@link Store#isCurrent}) knows the record of a value that he
 * has put himself.
 *
 * <p>Times to live here are in the codes of {@link TimeToLive}, without {@link TimeToLive#NOW}.
 */
public interface LocalStore extends Store {

  /** {@link Store#set} that returns the record which the entry has now. */
  byte[] setKnown(byte[] key, byte[] value, long creationTtl, long updateTtl);

  /**
   * {@link Store#replace} that returns the record which the entry has now; null if it is absent.
   */
  byte[] replaceKnown(byte[] key, byte[] value, long updateTtl);

  /**
   * {@link Store#compareAndPut} of an entry that was there, whose key is taken from its record.
   *
   * @return the record which the entry has now, or null when it is no longer the expected one
   */
  byte[] compareAndPutKnown(byte[] expected, byte[] value, long ttl);
}
