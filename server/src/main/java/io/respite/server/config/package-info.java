/**
 * The directives of {@code redis.conf}: what they are called, what they may be, what they are now.
 *
 * <p>Start at {@link io.respite.server.config.Directives}, the table with one constant per
 * directive, and at {@link io.respite.server.config.Config}, one server's values. A reader asks
 * once with {@link io.respite.server.config.Config#follow} and keeps the value in a plain field of
 * its own; it is told when CONFIG SET changes it. {@link io.respite.server.config.ConfigFile} reads
 * files, {@link io.respite.server.config.CommandLine} the arguments of the program, and {@link
 * io.respite.server.config.ConfigRewriter} writes a file back without losing its comments.
 *
 * <p>Redis's configuration is made of bytes, not of characters. Every string in this package holds
 * one byte per char (ISO 8859-1), so that a password of arbitrary bytes survives; {@link
 * io.respite.server.config.Words#fromUnicode} and {@link io.respite.server.config.Words#toUnicode}
 * convert. No parameter or result is null unless it says so.
 */
package io.respite.server.config;
