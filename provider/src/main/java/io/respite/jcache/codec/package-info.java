/**
 * Turns keys and values into bytes and back. Start at {@link io.respite.jcache.codec.Codec}; {@link
 * io.respite.jcache.codec.Codecs} finds one by name or by type.
 *
 * <p>An application may write its own codec. Nothing here accepts or returns {@code null}. A cache
 * keeps its entries as bytes, and finds an entry by the bytes of its key, so the one rule every key
 * codec must keep is: equal keys give equal bytes.
 *
 * <p>The package knows the JDK only, but for one class that uses Jackson and one that uses Apache
 * Fory; both are loaded when a cache names their codec and not before.
 */
package io.respite.jcache.codec;
