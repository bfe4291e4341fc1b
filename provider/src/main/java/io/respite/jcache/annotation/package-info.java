/**
 * What the annotations of JSR-107 mean ({@code @CacheResult} and its siblings), whatever intercepts
 * the calls. Start at {@link io.respite.jcache.annotation.CachedMethods}, to which a container's
 * interceptors hand their calls. {@code docs/jakarta.md} describes it for users, with all that the
 * specification leaves open.
 *
 * <p>Nothing here knows a container, and nothing is static: the metadata belongs to the object of
 * one application and goes with it.
 */
package io.respite.jcache.annotation;
