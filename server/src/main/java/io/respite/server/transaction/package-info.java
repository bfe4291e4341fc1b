/**
 * Transactions: MULTI queues requests, EXEC executes them at once unless a watched key has changed.
 * Start at {@link io.respite.server.transaction.Transactions}. No parameter or result is null
 * unless it says so.
 */
package io.respite.server.transaction;
