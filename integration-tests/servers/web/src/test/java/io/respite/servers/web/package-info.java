/** The example {@code jakarta-web} as its user meets it: a script, and a page in a browser. */
package io.respite.servers.web;
