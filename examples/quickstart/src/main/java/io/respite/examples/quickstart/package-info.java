/** The program a newcomer runs first: anagrams of a word list, in a JCache cache. */
package io.respite.examples.quickstart;
