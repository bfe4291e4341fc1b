/**
 * Applications that share caches on servers. {@link io.respite.remote.Worker} is an application in
 * a JVM of its own; {@link io.respite.remote.TopologiesIT} shows what servers there are.
 */
package io.respite.remote;
