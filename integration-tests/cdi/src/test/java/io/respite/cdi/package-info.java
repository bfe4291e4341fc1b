/**
 * The annotations of JSR-107 and injected caches in real CDI containers. The module runs this suite
 * once per container; {@link io.respite.cdi.Container} starts whichever is on the class path. Begin
 * with {@link io.respite.cdi.AnnotationsIT}.
 */
package io.respite.cdi;
