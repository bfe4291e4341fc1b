/**
 * From bytes to requests and from replies to bytes.
 *
 * <p>{@link io.respite.server.net.NetServer} opens the doors and owns the limits; a {@link
 * io.respite.server.net.ClientLink} is one client: it feeds a {@link
 * io.respite.server.net.RequestParser}, dispatches what comes out while it holds the baton, and
 * sends the replies of a read batch in one piece. Only {@link io.respite.server.net.NettyTransport}
 * knows Netty. No parameter or result is null unless it says so.
 */
package io.respite.server.net;
