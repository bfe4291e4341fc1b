/**
 * The application's loader and writer, with the exceptions that the specification demands. Start at
 * {@link io.respite.jcache.integration.Loading} and {@link io.respite.jcache.integration.Writing}.
 */
package io.respite.jcache.integration;
