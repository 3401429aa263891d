/**
 * Files that a crash leaves whole: for keys, indexes and everything that must not be read half written.
 *
 * <pre>{@code
 * AtomicFile.createFolder(folder);
 * AtomicFile.create(folder.resolve("ca.key"), key, AtomicFile.Access.OWNER);
 * AtomicFile.write(folder.resolve("index"), lines, AtomicFile.Access.PUBLIC);
 * }</pre>
 */
package io.attestedmesh.attest.file;
