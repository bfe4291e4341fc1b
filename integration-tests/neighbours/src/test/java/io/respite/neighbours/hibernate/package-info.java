/** Hibernate's second-level cache on this provider, through {@code hibernate-jcache}. */
package io.respite.neighbours.hibernate;
