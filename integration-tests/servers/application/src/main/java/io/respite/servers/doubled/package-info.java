/** An application that tells which caches keep the results of a method. */
package io.respite.servers.doubled;
