/**
 * What is said to a datastore and what comes back, whoever carries it. {@link
 * io.respite.jcache.store.remote.wire.Request} is the place to start; how it travels is up to the
 * packages beside this one, and nothing here knows them.
 */
package io.respite.jcache.store.remote.wire;
