/**
 * Tests of applications in Jakarta EE servers. They know no server: each server's module runs them
 * with its own adapter.
 */
package io.respite.servers;
