/**
 * Whether what several clients saw of one register can have happened in some order. Start at {@link
 * io.respite.remote.linear.Checker}.
 */
package io.respite.remote.linear;
