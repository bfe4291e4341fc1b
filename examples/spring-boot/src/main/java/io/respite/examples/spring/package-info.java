/** Countries and their capitals, looked up by a cached bean of Spring. */
package io.respite.examples.spring;
