/**
 * The store on a server: Respite's own, Redis or Valkey, single, behind Sentinel or as a cluster,
 * reached through Lettuce. Start at {@link io.respite.jcache.store.remote.RemoteConnection}; what a
 * cache looks like there is told by {@link io.respite.jcache.store.remote.Layout}.
 */
package io.respite.jcache.store.remote;
