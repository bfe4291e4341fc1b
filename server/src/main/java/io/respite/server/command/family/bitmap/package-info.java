/**
 * Strings as rows of bits and of small numbers. Start with {@link
 * io.respite.server.command.family.bitmap.BitmapCommands}. No parameter or result is null unless it
 * says so.
 */
package io.respite.server.command.family.bitmap;
