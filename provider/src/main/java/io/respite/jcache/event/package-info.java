/**
 * Cache entry listeners: registration, filters, delivery in order. Start at {@link
 * io.respite.jcache.event.Listeners}.
 */
package io.respite.jcache.event;
