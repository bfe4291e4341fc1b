/**
 * Data sets on disk: saved to a file, and loaded from it. Begin with {@link
 * io.respite.server.persistence.Persistence}; how a file looks is the business of {@code rdb}.
 * Nothing is null unless said so. Everything here belongs to the baton's holder.
 */
package io.respite.server.persistence;
