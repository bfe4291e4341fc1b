/**
 * What a cache tells about itself: statistics and MXBeans. Start at {@link
 * io.respite.jcache.management.Statistics}.
 */
package io.respite.jcache.management;
