/** An application that measures what an intercepted call costs; it knows no provider. */
package io.respite.servers.timing;
