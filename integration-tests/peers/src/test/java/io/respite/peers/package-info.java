/**
 * The server as its users meet it: the launcher in processes of its own, raw sockets beside a real
 * redis-server, and the clients people use. Start at {@link io.respite.rigs.ServerProcess}.
 */
package io.respite.peers;
