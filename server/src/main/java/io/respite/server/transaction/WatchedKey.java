package io.respite.server.transaction;

import java.nio.ByteBuffer;

/**
 * A key that a transaction watches.
 *
 * @param database the number of its database
 * @param key its name
 * @param existed whether it was alive when the watch began
 * @param wasDead whether it was past its deadline then, yet not removed (a replica waits to be
 *     told): its removal later changes nothing for the watcher
 */
record WatchedKey(int database, ByteBuffer key, boolean existed, boolean wasDead) {}
