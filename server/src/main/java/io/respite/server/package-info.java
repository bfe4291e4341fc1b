/**
 * Composes the datastore: the engine that applications embed and the server around it. Nobody
 * depends on this package.
 */
package io.respite.server;
