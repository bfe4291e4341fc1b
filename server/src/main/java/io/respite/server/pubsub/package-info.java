/**
 * Publish and subscribe: channels, patterns and shard channels, their commands, and the
 * notifications of what happens to keys and fields. Begin with {@link
 * io.respite.server.pubsub.Channels}. Nothing is null unless said so; everything belongs to the
 * baton's holder.
 */
package io.respite.server.pubsub;
