/** Applications on a server that has a JCache provider and interceptors of its own. */
package io.respite.servers.payara;
