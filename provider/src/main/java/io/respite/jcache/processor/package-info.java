/**
 * The entry that an entry processor sees, and what it leaves behind. Start at {@link
 * io.respite.jcache.processor.ProcessedEntry}.
 */
package io.respite.jcache.processor;
