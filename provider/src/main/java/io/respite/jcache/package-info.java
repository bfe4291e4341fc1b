/** The public face of the JCache provider. Start at {@code RespiteCachingProvider}. */
package io.respite.jcache;
