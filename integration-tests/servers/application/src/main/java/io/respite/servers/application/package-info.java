/** An application that uses caches by annotations and by injection; it is what WARs hold. */
package io.respite.servers.application;
