/**
 * The values that keys hold, and per type one description of all its duties. Pure data: what a
 * value is to clients, journals and listeners is decided above. No parameter or result is null
 * unless it says so.
 */
package io.respite.server.type;
