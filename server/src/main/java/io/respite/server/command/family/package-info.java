/**
 * The commands: a package for each family, in which one file has a table of rows and below it the
 * handlers. Families know nothing of each other; what several need lies in {@link
 * io.respite.server.command}. Start at {@link io.respite.server.command.family.Families}. No
 * parameter or result is null unless it says so.
 */
package io.respite.server.command.family;
