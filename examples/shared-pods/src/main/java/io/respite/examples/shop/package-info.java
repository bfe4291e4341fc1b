/**
 * A small shop whose applications share the prices of its articles: {@code Catalog} sets them,
 * {@code Checkout} reads them near by and hears of changes. Start with {@code Prices}, which says
 * how the cache is kept.
 */
package io.respite.examples.shop;
