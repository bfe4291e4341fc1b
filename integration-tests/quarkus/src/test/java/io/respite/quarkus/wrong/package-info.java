/** What is added to the application, which must not be built with it. */
package io.respite.quarkus.wrong;
