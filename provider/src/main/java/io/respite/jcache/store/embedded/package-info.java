/**
 * The store inside this JVM: the datastore's engine, without a network. Start at {@link
 * io.respite.jcache.store.embedded.EmbeddedConnection}.
 */
package io.respite.jcache.store.embedded;
