/**
 * Ed25519 (RFC 8032, section 5.1) with one verdict everywhere: whoever holds the same key, message and signature says the
 * same of them, whichever library computes it.
 *
 * <pre>{@code
 * Ed25519PrivateKey mine = Ed25519PrivateKey.generate(new SecureRandom());
 * AtomicFile.create(file, mine.seed().toByteArray(), AtomicFile.Access.OWNER);
 * Bytes signature = mine.sign(message);
 *
 * Ed25519PublicKey theirs = Ed25519PublicKey.of(received); // once; throws InvalidKeyException
 * if (!theirs.verify(message, signature)) {                // often, from any thread; never throws
 *     refuse();
 * }
 * }</pre>
 *
 * <p>Keys and signatures that only some verifiers of Ed25519 accept are refused: keys outside of the prime-order group,
 * <i>R</i> and <i>S</i> that are not canonical, <i>R</i> of small order or with a part of small order.
 */
package io.attestedmesh.attest.ed25519;
