/** A web application over a slow query, with {@code @CacheResult} in between. */
package io.respite.examples.web;
