/**
 * The operations of a cache. Start at {@link io.respite.jcache.operation.Operation}, which says
 * what each one wants, and {@link io.respite.jcache.operation.EntryOperations}, which carries it
 * out: loading, expiry, writing through, notifying and counting are written there once, for all of
 * them.
 */
package io.respite.jcache.operation;
