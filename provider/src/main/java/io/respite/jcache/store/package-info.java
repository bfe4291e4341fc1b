/**
 * What a cache needs of the datastore behind it. Start at {@link io.respite.jcache.store.Store}.
 *
 * <p>The interface speaks of bytes only, and is cut so that each operation of JCache is one call,
 * which a store in another process answers in one round trip. Nothing here knows JCache, but for
 * the exception it throws.
 */
package io.respite.jcache.store;
