/**
 * The public face of the JCache provider. Start at {@link
 * io.respite.jcache.RespiteCachingProvider}; what Respite offers beyond the specification is
 * reached by {@code unwrap} or by casting: {@link io.respite.jcache.RespiteCacheManager}, {@link
 * io.respite.jcache.RespiteCache} and {@link io.respite.jcache.RespiteConfiguration}.
 *
 * <p>Of the provider, this package and {@link io.respite.jcache.codec} are for applications; the
 * others are internal.
 */
package io.respite.jcache;
