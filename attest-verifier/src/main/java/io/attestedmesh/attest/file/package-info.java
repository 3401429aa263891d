/**
 * Files that a crash leaves whole: for keys, indexes and everything that must not be read half written; and who may write
 * them.
 *
 * <pre>{@code
 * AtomicFile.createFolder(folder);
 * AtomicFile.create(folder.resolve("ca.key"), key, AtomicFile.Access.OWNER);
 * try (LockFile lock = LockFile.tryTake(folder.resolve("index.lock")).orElseThrow()) {
 *     AtomicFile.write(folder.resolve("index"), lines, AtomicFile.Access.PUBLIC);
 * }
 * }</pre>
 */
package io.attestedmesh.attest.file;
