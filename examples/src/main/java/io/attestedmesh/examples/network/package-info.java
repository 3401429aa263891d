/**
 * The protocols of this module between the parties of a session: what each of them calls.
 *
 * <pre>{@code
 * try (NetworkSession session = network.open(id, "kms", SessionOptions.DEFAULT)) {
 *     KeyShare key = Frost.generateKey(new Rounds(session, patience), 3, random);
 *     session.complete();
 * }
 * try (NetworkSession session = network.open(another, "kms", SessionOptions.DEFAULT)) {
 *     Bytes signature = Frost.sign(new Rounds(session, patience), key, Set.of(1, 2, 4), message, random);
 *     session.complete();
 * }
 * }</pre>
 */
package io.attestedmesh.examples.network;
