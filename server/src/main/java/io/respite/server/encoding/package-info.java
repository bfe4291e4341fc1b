/**
 * Pure structures: records, tables, compact encodings, hashing, numbers as text. They know nothing
 * of keys, commands or clients, and use the JDK alone. None is safe for use by several threads
 * unless it says so. No parameter or result is null unless it says so.
 */
package io.respite.server.encoding;
