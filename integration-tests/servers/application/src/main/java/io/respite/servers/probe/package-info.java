/** A second application, beside the tested ones, which tells what they have left in the JVM. */
package io.respite.servers.probe;
