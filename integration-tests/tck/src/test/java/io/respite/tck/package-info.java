/** Checks that the TCK ran as it should. Start at {@link io.respite.tck.TckReport}. */
package io.respite.tck;
