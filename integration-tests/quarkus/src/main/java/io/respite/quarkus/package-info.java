/** A Quarkus application that caches by the annotations of JSR-107. */
package io.respite.quarkus;
