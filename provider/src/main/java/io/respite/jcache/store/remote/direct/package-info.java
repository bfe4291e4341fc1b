/**
 * Direct lines: connections to one server on which the calling threads themselves write requests
 * and read replies, one of them for all who call. {@link
 * io.respite.jcache.store.remote.direct.Lines} is the place to start, and tells which one is used.
 * It needs the JDK alone.
 */
package io.respite.jcache.store.remote.direct;
