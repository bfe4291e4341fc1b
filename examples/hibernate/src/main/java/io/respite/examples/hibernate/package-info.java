/** Countries and their capitals, read by Hibernate through its second-level cache. */
package io.respite.examples.hibernate;
