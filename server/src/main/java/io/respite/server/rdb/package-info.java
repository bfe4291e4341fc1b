/**
 * How values look in Redis's files and in DUMP payloads: lengths, strings, and one format for each
 * type. Begin with {@link io.respite.server.rdb.ObjectFormats}. Files as a whole are somebody
 * else's business. Nothing is null unless said so; whatever is read is checked before memory is
 * taken for it.
 */
package io.respite.server.rdb;
