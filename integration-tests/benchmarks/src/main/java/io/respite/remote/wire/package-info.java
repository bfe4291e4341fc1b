/** Looking at what goes over the wire between a client and a Redis-protocol server. */
package io.respite.remote.wire;
