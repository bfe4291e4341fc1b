/**
 * The annotations of JSR-107, and the injection of caches, in Jakarta CDI 4: the only package that
 * knows {@code jakarta.*}. Applications use {@link io.respite.jcache.cdi.CacheName}; the rest is
 * found by the container, through {@link io.respite.jcache.cdi.JCacheExtension} or, where there are
 * no portable extensions, {@link io.respite.jcache.cdi.JCacheBuildExtension}. Without a container
 * nothing of this package is loaded. {@code docs/jakarta.md} describes it for users.
 */
package io.respite.jcache.cdi;
