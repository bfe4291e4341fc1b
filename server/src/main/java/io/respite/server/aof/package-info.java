/**
 * The append-only file's formats: the manifest that says which files there are ({@link
 * io.respite.server.aof.AofManifest}), and the commands in them, with checksums if that is wanted
 * ({@link io.respite.server.aof.AofEncoder} writes, {@link io.respite.server.aof.AofReader} reads).
 * {@link io.respite.server.aof.ValueCommands} turns values into the commands that make them anew.
 * What the commands do is others' business. Nothing is null unless said so; whatever is read is
 * checked before memory is taken for it.
 */
package io.respite.server.aof;
