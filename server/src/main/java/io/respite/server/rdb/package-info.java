/**
 * How values look in Redis's files and in DUMP payloads: lengths, strings, and one format for each
 * type. Begin with {@link io.respite.server.rdb.ObjectFormats}. A whole file is a stream that
 * {@link io.respite.server.rdb.RdbFileWriter} and {@link io.respite.server.rdb.RdbFileReader} write
 * and read; whose keys are in it is their callers' business. Nothing is null unless said so;
 * whatever is read is checked before memory is taken for it.
 */
package io.respite.server.rdb;
