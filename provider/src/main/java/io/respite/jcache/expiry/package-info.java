/** Expiry policies as times to live. Start at {@link io.respite.jcache.expiry.Expiry}. */
package io.respite.jcache.expiry;
