/**
 * Requests and subscriptions carried by <a href="https://lettuce.io">Lettuce</a>: clusters,
 * sentinels, replicas, TLS, many callers at once, and channels. {@link
 * io.respite.jcache.store.remote.lettuce.LettuceClient} is the place to start. No other package of
 * the provider knows Lettuce, so that its classes are loaded by who needs it alone.
 */
package io.respite.jcache.store.remote.lettuce;
