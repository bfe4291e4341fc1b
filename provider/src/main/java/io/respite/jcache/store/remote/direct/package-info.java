/**
 * Direct lines: connections to one server on which the calling thread itself writes its requests
 * and reads the replies. {@link io.respite.jcache.store.remote.direct.Lines} is the place to start,
 * and tells when one is used. It needs the JDK alone.
 */
package io.respite.jcache.store.remote.direct;
