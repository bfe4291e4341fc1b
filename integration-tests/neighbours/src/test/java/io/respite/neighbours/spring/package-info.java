/** Spring's caches and JCache annotations on this provider, set up by Spring Boot. */
package io.respite.neighbours.spring;
