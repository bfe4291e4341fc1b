/**
 * Where a cache manager's datastore is and which caches it has, as URIs and configuration files say
 * it. Start at {@link io.respite.jcache.config.StoreUri} and {@link
 * io.respite.jcache.config.ConfigurationFile}.
 */
package io.respite.jcache.config;
