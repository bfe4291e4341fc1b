/**
 * Estimates of how many different elements were seen. Start with {@link
 * io.respite.server.command.family.hyperloglog.HyperLogLogCommands}. No parameter or result is null
 * unless it says so.
 */
package io.respite.server.command.family.hyperloglog;
